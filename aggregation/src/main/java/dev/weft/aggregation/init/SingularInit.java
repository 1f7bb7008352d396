package dev.weft.aggregation.init;

import dev.weft.aggregation.algebra.Matrices;
import dev.weft.aggregation.algebra.Svd;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ejml.data.DMatrixRMaj;

/**
 * Starts for adapters with a trained core between fixed singular vectors: {@code B = U_r}, {@code A
 * = V_rᵀ} of one matrix per layer. Orthonormal factors and scale 1 make the core's gradient the
 * projection of the full gradient (methods.md F8). The coordinator computes them once and clients
 * fetch them once; nothing of it is seeded, so the seed is not used.
 */
public final class SingularInit implements AdapterInit {
  /**
   * Step length of {@link #publicGradient()}: far below the size of pretrained weights (about
   * 5e-2), so that the sign step points the way and does not decide it.
   */
  public static final double DEFAULT_STEP = 1e-5;

  private final Statistic statistic;
  private final Origin core;
  private final Source source;

  /** What a layer's statistic is decomposed as. */
  private interface Source {
    /** The matrix whose singular vectors are taken; may be the argument itself. */
    DMatrixRMaj decomposed(DMatrixRMaj statistic);
  }

  private SingularInit(Statistic statistic, Origin core, Source source) {
    this.statistic = statistic;
    this.core = core;
    this.source = source;
  }

  /**
   * LoRA-XS's directions: singular vectors of the frozen weight itself, core zero, so the model
   * answers as its base (Bałazy et al., "LoRA-XS", 2024).
   */
  public static SingularInit weights() {
    return new SingularInit(Statistic.WEIGHT, new Origin.Zeros(), weight -> weight);
  }

  /** {@link #publicGradient(double)} with the {@link #DEFAULT_STEP}. */
  public static SingularInit publicGradient() {
    return publicGradient(DEFAULT_STEP);
  }

  /**
   * LoRA-SB's start (Ponkshe et al., "Initialization using update approximation is a silver bullet
   * for extremely efficient low-rank fine-tuning", 2024): {@code ΔW = −η sign(Σ gradient)} with the
   * sign taken after the sum, core {@code diag(S_r)}. One sign step is baked in, so the model does
   * not answer as its base. The gradients come from held-out public examples (methods.md fact 11).
   *
   * @param step η > 0, the change of every weight entry before truncation to rank r
   */
  public static SingularInit publicGradient(double step) {
    if (!(step > 0)) {
      throw new IllegalArgumentException("step: must be positive, got " + step);
    }
    return new SingularInit(
        Statistic.GRADIENT_SUM, new Origin.Fetched(), gradient -> signStep(gradient, step));
  }

  private static DMatrixRMaj signStep(DMatrixRMaj gradient, double step) {
    DMatrixRMaj change = new DMatrixRMaj(gradient.numRows, gradient.numCols);
    for (int i = 0; i < change.getNumElements(); i++) {
      change.data[i] = -step * Math.signum(gradient.data[i]);
    }
    return change;
  }

  @Override
  public Statistic statistic() {
    return statistic;
  }

  /**
   * @throws IllegalArgumentException if the form has no core, or the statistics are not one matrix
   *     {@code [out, in]} per layer
   */
  @Override
  public GlobalState initialise(
      ChainAdapter form, AdapterTarget target, Seed seed, List<Tensor> statistics) {
    if (form.core() != ChainAdapter.Core.FULL) {
      throw new IllegalArgumentException("form: singular vectors need a core between them");
    }
    if (statistics.size() != target.layers().size()) {
      throw new IllegalArgumentException(
          "statistics: %d matrices for %d layers"
              .formatted(statistics.size(), target.layers().size()));
    }
    Adapter zeros = Adapter.zeros(form, target);
    LinkedHashMap<String, Tensor> factors = new LinkedHashMap<>();
    for (int i = 0; i < statistics.size(); i++) {
      factors.putAll(factors(target.layers().get(i), form.rank(), statistics.get(i)));
    }
    return GlobalState.initial(zeros.with(TensorMap.of(factors)), origins());
  }

  private Map<String, Tensor> factors(AdapterTarget.Layer layer, int rank, Tensor statistic) {
    if (!statistic.shape().equals(List.of(layer.out(), layer.in()))) {
      throw new IllegalArgumentException(
          "statistics: %s has shape %s, layer is [%d, %d]"
              .formatted(layer.name(), statistic.shape(), layer.out(), layer.in()));
    }
    Svd svd = Svd.leading(source.decomposed(Matrices.of(statistic)), rank);
    LinkedHashMap<String, Tensor> factors = new LinkedHashMap<>();
    factors.put(Part.A.tensorName(layer.name()), Matrices.tensor(svd.vt()));
    factors.put(Part.B.tensorName(layer.name()), Matrices.tensor(svd.u()));
    if (core instanceof Origin.Fetched) {
      factors.put(Part.CORE.tensorName(layer.name()), diagonal(svd.values()));
    }
    return factors;
  }

  private static Tensor diagonal(List<Double> values) {
    int rank = values.size();
    float[] diagonal = new float[rank * rank];
    for (int i = 0; i < rank; i++) {
      diagonal[i * rank + i] = values.get(i).floatValue();
    }
    return Tensor.of(diagonal, rank, rank);
  }

  private Map<Part, Origin> origins() {
    Map<Part, Origin> origins = new EnumMap<>(Part.class);
    origins.put(Part.A, new Origin.Fetched());
    origins.put(Part.B, new Origin.Fetched());
    origins.put(Part.CORE, core);
    origins.put(Part.HEAD, new Origin.Zeros());
    return origins;
  }
}
