package dev.weft.aggregation.method;

import dev.weft.aggregation.adapter.AdapterCard;
import dev.weft.aggregation.adapter.Adapters;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.method.BasePolicy;
import dev.weft.core.method.Capability;
import dev.weft.core.method.Method;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tables of {@code docs/methods.md}, generated from the declarations of methods and adapters.
 */
public final class CompatibilityTable {
  private CompatibilityTable() {}

  /** What goes with what: one row per method. */
  public static String markdown() {
    return table(
        List.of(
            "method",
            "exact aggregate",
            "capability",
            "can be masked",
            "mixed ranks",
            "side deltas",
            "server optimizers"),
        Methods.cards().stream().map(CompatibilityTable::compatibility));
  }

  /** What each method is and costs: one row per method. */
  public static String overview() {
    return table(
        List.of(
            "method", "what it does", "scalars up, per layer", "scalars down, per layer", "paper"),
        Methods.cards().stream()
            .map(
                card ->
                    List.of(
                        code(card.name()),
                        card.summary(),
                        WireSize.upFormula(card.ownForm()),
                        WireSize.downFormula(card.ownForm(), card.downlink()),
                        card.paper())));
  }

  /** The adapters, and which methods they go with: one row per adapter. */
  public static String adapters() {
    return table(
        List.of(
            "adapter",
            "what it does",
            "trained, per layer",
            "own r",
            "own learning rate",
            "starts from",
            "mean is exact",
            "mixed ranks",
            "methods",
            "paper"),
        Adapters.cards().stream().map(CompatibilityTable::adapter));
  }

  private static List<String> adapter(AdapterCard card) {
    return List.of(
        code(card.name()),
        card.summary(),
        WireSize.upFormula(card.ownForm()),
        String.valueOf(card.rank()),
        String.valueOf(card.learningRate()),
        statistic(card.init().statistic()),
        Exactness.ofMean(card.ownForm()).label(),
        yesOrNo(card.init().nested()),
        Methods.with(card).stream().map(CompatibilityTable::code).collect(Collectors.joining(" ")),
        card.paper());
  }

  private static String statistic(AdapterInit.Statistic statistic) {
    return switch (statistic) {
      case NONE -> "the seed";
      case WEIGHT -> "the weights";
      case QUANTIZATION_RESIDUAL -> "the quantization error";
      case GRADIENT_SUM -> "public gradients";
      case ACTIVATION_GRAM -> "public activations";
    };
  }

  private static List<String> compatibility(MethodCard card) {
    Method method = card.byDefault();
    Capability capability = method.aggregator().capability();
    return List.of(
        code(card.name()),
        card.ownExactness().label(),
        capability.name().toLowerCase(Locale.ROOT).replace('_', ' '),
        yesOrNo(capability == Capability.LINEAR),
        card.mixedRanks().label(),
        yesOrNo(method.base() == BasePolicy.SIDE_DELTAS),
        yesOrNo(MethodCard.allowsServerOptimizer(method)));
  }

  private static String table(List<String> header, Stream<List<String>> rows) {
    String rule = header.stream().map(cell -> "---").collect(Collectors.joining("|", "|", "|"));
    return Stream.concat(Stream.of(row(header), rule), rows.map(CompatibilityTable::row))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String row(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
  }

  private static String code(String name) {
    return "`" + name + "`";
  }

  private static String yesOrNo(boolean yes) {
    return yes ? "yes" : "no";
  }
}
