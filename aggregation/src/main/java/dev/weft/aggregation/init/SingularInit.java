package dev.weft.aggregation.init;

import dev.weft.aggregation.algebra.Matrices;
import dev.weft.aggregation.algebra.Svd;
import dev.weft.core.Text;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.Part;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.method.AdapterInit.Statistic;
import dev.weft.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/** Starts between singular vectors {@code U S Vᵀ} of one matrix per layer. */
public final class SingularInit {
  /**
   * Step length of {@link #publicGradient()}: far below the size of pretrained weights (about
   * 5e-2), so that the sign step points the way and does not decide it.
   */
  public static final double DEFAULT_STEP = 1e-5;

  /** γ of {@link #gradientAligned}. */
  static final double STABILITY = 16;

  private SingularInit() {}

  /**
   * {@code B = U_r}, {@code A = V_rᵀ} of the frozen weight, core zero, so the model answers as its
   * base. Orthonormal factors and scale 1 make the core's gradient the projection of the full
   * gradient (methods.md F8).
   */
  public static AdapterInit weights() {
    return FactorInit.of(
        Statistic.WEIGHT,
        (form, weight) -> {
          Svd svd = Svd.leading(weight, form.rank());
          return FactorInit.Start.of(
              Map.of(Part.A, Matrices.tensor(svd.vt()), Part.B, Matrices.tensor(svd.u())));
        });
  }

  /**
   * LoRA-XS: as {@link #weights}, but B carries the singular values, {@code B = U_r S_r} (Bałazy et
   * al., "LoRA-XS", 2024). The paper's core starts at N(0, 1e-10); ours at zero.
   */
  public static AdapterInit scaledWeights() {
    return FactorInit.of(
        Statistic.WEIGHT,
        (form, weight) -> {
          Svd svd = Svd.leading(weight, form.rank());
          DMatrixRMaj b = scaledColumns(svd.u(), svd.values(), value -> value);
          return FactorInit.Start.of(
              Map.of(Part.A, Matrices.tensor(svd.vt()), Part.B, Matrices.tensor(b)));
        });
  }

  /** {@link #publicGradient(double)} with the {@link #DEFAULT_STEP}. */
  public static AdapterInit publicGradient() {
    return publicGradient(DEFAULT_STEP);
  }

  /**
   * LoRA-SB's start (Ponkshe et al., "Initialization using update approximation is a silver bullet
   * for extremely efficient low-rank fine-tuning", 2024): {@code ΔW = −η sign(Σ gradient)} with the
   * sign taken after the sum, {@code B = U_r}, {@code A = V_rᵀ}, core {@code diag(S_r)}. One sign
   * step is baked in, so the model does not answer as its base. The gradients come from held-out
   * public examples (methods.md fact 11).
   *
   * @param step η > 0, the change of every weight entry before truncation to rank r
   */
  public static AdapterInit publicGradient(double step) {
    if (!(step > 0)) {
      throw new IllegalArgumentException("step: must be positive, got " + step);
    }
    return FactorInit.of(
        Statistic.GRADIENT_SUM,
        (form, gradient) -> {
          Svd svd = Svd.leading(signStep(gradient, step), form.rank());
          return FactorInit.Start.of(
              Map.of(
                  Part.A, Matrices.tensor(svd.vt()),
                  Part.B, Matrices.tensor(svd.u()),
                  Part.CORE, diagonal(svd.values())));
        });
  }

  /**
   * PiSSA: the leading part of the weight itself is what trains, {@code B = U_r √(S_r/s)}, {@code A
   * = √(S_r/s) V_rᵀ}, and the rest stays frozen (Meng et al., "PiSSA: principal singular values and
   * singular vectors adaptation", NeurIPS 2024). Decomposed is the weight as it is used, so a
   * quantized base is not quantized again.
   */
  public static AdapterInit principal() {
    return FactorInit.of(Statistic.WEIGHT, SingularInit::leadingPart).takenFromTheBase();
  }

  /**
   * LoftQ: {@code s · B · A} is the leading part of what quantization took from the weight, so that
   * {@code Q + s · B · A} is as near to W as rank r allows (Li et al., "LoftQ", ICLR 2024; for one
   * iteration Yao et al., "ZeroQuant-V2", 2023). Not the base at first, on purpose. A leading part
   * of the factors is the leading part of fewer triplets, so clients of smaller rank start with a
   * smaller correction.
   *
   * @throws WeftException on initialising, if nothing was taken: both factors would be zero, and
   *     two zero factors never move
   */
  public static AdapterInit quantizationResidual() {
    return FactorInit.of(
        Statistic.QUANTIZATION_RESIDUAL,
        (form, residual) -> {
          if (CommonOps_DDRM.elementMaxAbs(residual) == 0) {
            throw new WeftException(
                Problem.INVALID_COMBINATION,
                "method.adapter: loftq makes up for the quantization error, and the weights are"
                    + " held as the checkpoint has them; set model.quantization to a format that"
                    + " rounds them, such as nf4");
          }
          return leadingPart(form, residual);
        });
  }

  /** {@code s · B · A} is the leading part of a matrix, its singular values in equal shares. */
  private static FactorInit.Start leadingPart(AdapterForm form, DMatrixRMaj matrix) {
    Svd svd = Svd.leading(matrix, form.rank());
    DoubleUnaryOperator root = value -> Math.sqrt(value / form.scale());
    return FactorInit.Start.of(
        Map.of(
            Part.A, Matrices.tensor(scaledRows(svd.vt(), svd.values(), root)),
            Part.B, Matrices.tensor(scaledColumns(svd.u(), svd.values(), root))));
  }

  /**
   * LoRA-GA: A from the first r right singular vectors of the gradient sum, B from the left ones
   * r+1 to 2r, both times {@code out^¼ / √γ} with γ = 16, so that the first step of both factors
   * follows the full gradient (Wang et al., "LoRA-GA: low-rank adaptation with gradient
   * approximation", NeurIPS 2024).
   */
  public static AdapterInit gradientAligned() {
    return FactorInit.of(Statistic.GRADIENT_SUM, SingularInit::aligned).takenFromTheBase();
  }

  private static FactorInit.Start aligned(AdapterForm form, DMatrixRMaj gradient) {
    int rank = form.rank();
    int smaller = Math.min(gradient.numRows, gradient.numCols);
    if (2 * rank > smaller) {
      throw new WeftException(
          Problem.RANK_TOO_LARGE,
          Text.format(
              "method.rank: lora-ga takes its two factors from unlike singular vectors and so needs"
                  + " twice the rank, at most %d; set it to at most %d",
              smaller, smaller / 2));
    }
    Svd svd = Svd.leading(gradient, 2 * rank);
    double size = Math.pow(gradient.numRows, 0.25) / Math.sqrt(STABILITY);
    DMatrixRMaj a = CommonOps_DDRM.extract(svd.vt(), 0, rank, 0, gradient.numCols);
    DMatrixRMaj b = CommonOps_DDRM.extract(svd.u(), 0, gradient.numRows, rank, 2 * rank);
    return FactorInit.Start.of(
        Map.of(
            Part.A, Matrices.tensor(Matrices.scaled(size, a)),
            Part.B, Matrices.tensor(Matrices.scaled(size, b))));
  }

  /**
   * EVA: A holds the directions in which a layer's inputs vary most, the leading eigenvectors of
   * {@code Σ xᵀx}; B is zero (Paischer et al., "Parameter efficient fine-tuning via explained
   * variance adaptation", 2024). The sum replaces the paper's incremental SVD, and ranks stay
   * equal.
   */
  public static AdapterInit explainedVariance() {
    return FactorInit.of(
        Statistic.ACTIVATION_GRAM,
        (form, gram) ->
            FactorInit.Start.of(
                Map.of(Part.A, Matrices.tensor(Svd.leading(gram, form.rank()).vt()))));
  }

  private static DMatrixRMaj signStep(DMatrixRMaj gradient, double step) {
    DMatrixRMaj change = new DMatrixRMaj(gradient.numRows, gradient.numCols);
    for (int i = 0; i < change.getNumElements(); i++) {
      change.data[i] = -step * Math.signum(gradient.data[i]);
    }
    return change;
  }

  private static DMatrixRMaj scaledColumns(
      DMatrixRMaj matrix, List<Double> values, DoubleUnaryOperator factor) {
    DMatrixRMaj scaled = matrix.copy();
    for (int i = 0; i < values.size(); i++) {
      CommonOps_DDRM.scaleCol(factor.applyAsDouble(values.get(i)), scaled, i);
    }
    return scaled;
  }

  private static DMatrixRMaj scaledRows(
      DMatrixRMaj matrix, List<Double> values, DoubleUnaryOperator factor) {
    return Matrices.transpose(scaledColumns(Matrices.transpose(matrix), values, factor));
  }

  private static Tensor diagonal(List<Double> values) {
    int rank = values.size();
    float[] diagonal = new float[rank * rank];
    for (int i = 0; i < rank; i++) {
      diagonal[i * rank + i] = values.get(i).floatValue();
    }
    return Tensor.of(diagonal, rank, rank);
  }
}
