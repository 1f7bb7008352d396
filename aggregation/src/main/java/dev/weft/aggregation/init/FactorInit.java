package dev.weft.aggregation.init;

import dev.weft.aggregation.algebra.Matrices;
import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.ejml.data.DMatrixRMaj;

/**
 * The first adapter, part by part: drawn from the seed, computed from a statistic of each layer, or
 * zero. What is drawn is derived on every site; what is computed is computed once, by the
 * coordinator, and fetched.
 */
public final class FactorInit implements AdapterInit {
  private final Statistic statistic;
  private final boolean nested;
  private final Map<Part, Function<Seed, Origin>> drawn;
  private final Source source;

  /** What a statistic tells about one layer. */
  @FunctionalInterface
  interface Source {
    /**
     * @param form the adapter at full rank
     * @param statistic the layer's matrix
     */
    Start start(AdapterForm form, DMatrixRMaj statistic);
  }

  /**
   * One layer's start.
   *
   * @param parts tensors of the parts that the statistic decides
   * @param sideDeltas what is added to the base beside them; none or one
   */
  record Start(Map<Part, Tensor> parts, List<LowRank> sideDeltas) {
    Start {
      sideDeltas = List.copyOf(sideDeltas);
    }

    static Start of(Map<Part, Tensor> parts) {
      return new Start(parts, List.of());
    }
  }

  private FactorInit(
      Statistic statistic, boolean nested, Map<Part, Function<Seed, Origin>> drawn, Source source) {
    this.statistic = statistic;
    this.nested = nested;
    this.drawn = drawn;
    this.source = source;
  }

  /** A start that needs nothing but the seed; parts that are not {@link #drawn} are zero. */
  public static FactorInit seeded() {
    return new FactorInit(Statistic.NONE, true, Map.of(), (form, none) -> Start.of(Map.of()));
  }

  /** A start that a statistic decides. */
  static FactorInit of(Statistic statistic, Source source) {
    return new FactorInit(statistic, true, Map.of(), source);
  }

  /** This start with a part drawn from the seed. */
  public FactorInit drawn(Part part, Function<Seed, Origin> origin) {
    Map<Part, Function<Seed, Origin>> more = new EnumMap<>(Part.class);
    more.putAll(drawn);
    more.put(part, origin);
    return new FactorInit(statistic, nested, more, source);
  }

  /** This start for clients of one rank only. */
  public FactorInit forOneRank() {
    return new FactorInit(statistic, false, drawn, source);
  }

  /**
   * This start with its product taken away from the base, so that the model answers as before:
   * {@code W = (W − s B0 C0 A0) + s B0 C0 A0}. The frozen weight keeps its bytes, quantized or not;
   * what is taken away is the first side delta. Averages and exports then speak of the difference
   * from this start.
   */
  FactorInit takenFromTheBase() {
    return new FactorInit(
        statistic,
        false,
        drawn,
        (form, matrix) -> {
          Start start = source.start(form, matrix);
          return new Start(start.parts(), List.of(negated(form, start.parts())));
        });
  }

  private static LowRank negated(AdapterForm form, Map<Part, Tensor> parts) {
    DMatrixRMaj left = Matrices.of(parts.get(Part.B));
    if (parts.containsKey(Part.CORE)) {
      left = Matrices.product(left, Matrices.core(parts.get(Part.CORE)));
    }
    return new LowRank(Matrices.tensor(Matrices.scaled(-form.scale(), left)), parts.get(Part.A));
  }

  @Override
  public Statistic statistic() {
    return statistic;
  }

  @Override
  public boolean nested() {
    return nested;
  }

  /**
   * @throws IllegalArgumentException if the statistics are not one matrix of the right shape per
   *     layer
   */
  @Override
  public GlobalState initialise(
      AdapterForm form, AdapterTarget target, Seed seed, List<Tensor> statistics) {
    Map<Part, Origin> origins = new EnumMap<>(Part.class);
    form.parts().forEach(part -> origins.put(part, new Origin.Zeros()));
    Adapter adapter = Adapter.zeros(form, target);
    for (Map.Entry<Part, Function<Seed, Origin>> entry : drawn.entrySet()) {
      Origin origin = entry.getValue().apply(seed);
      origins.put(entry.getKey(), origin);
      adapter = adapter.with(origin.derive(adapter.part(entry.getKey())));
    }
    LinkedHashMap<String, Tensor> computed = new LinkedHashMap<>();
    List<LowRank> sideDeltas = new ArrayList<>();
    for (int i = 0; i < target.layers().size() && statistic != Statistic.NONE; i++) {
      AdapterTarget.Layer layer = target.layers().get(i);
      Start start = source.start(form, Matrices.of(matrix(statistics, target, i)));
      start
          .parts()
          .forEach(
              (part, tensor) -> {
                computed.put(part.tensorName(layer.name()), tensor);
                origins.put(part, new Origin.Fetched());
              });
      sideDeltas.addAll(start.sideDeltas());
    }
    GlobalState state = GlobalState.initial(adapter.with(TensorMap.of(computed)), origins);
    return sideDeltas.isEmpty() ? state : state.withSideDelta(new SideDelta(0, sideDeltas));
  }

  private Tensor matrix(List<Tensor> statistics, AdapterTarget target, int index) {
    if (statistics.size() != target.layers().size()) {
      throw new IllegalArgumentException(
          Text.format(
              "statistics: %d matrices for %d layers", statistics.size(), target.layers().size()));
    }
    AdapterTarget.Layer layer = target.layers().get(index);
    Tensor matrix = statistics.get(index);
    int rows = statistic == Statistic.ACTIVATION_GRAM ? layer.in() : layer.out();
    if (!matrix.shape().equals(List.of(rows, layer.in()))) {
      throw new IllegalArgumentException(
          Text.format(
              "statistics: %s has shape %s, not [%d, %d]",
              layer.name(), matrix.shape(), rows, layer.in()));
    }
    return matrix;
  }
}
