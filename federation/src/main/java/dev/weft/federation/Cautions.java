package dev.weft.federation;

import dev.weft.aggregation.method.Methods;
import dev.weft.core.Text;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.method.Aggregator;
import dev.weft.core.update.UpdateEncoding;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the head of a run warns of: settings that are valid and lead to what few will have meant.
 */
record Cautions(Ground ground, Start start) {
  /** Of the way that a round can move an entry, what rounding may take. */
  private static final double COARSE = 0.01;

  /** Rounds of more clients are not searched for one that bears a faulty one. */
  private static final int MOST_CLIENTS = 1000;

  List<String> sentences() {
    return Stream.of(loweredRank(), coarseGrid(), decliningClients(), nobodyBorne())
        .flatMap(Optional::stream)
        .toList();
  }

  private WeftConfig config() {
    return start.config();
  }

  private Optional<String> loweredRank() {
    int rank = start.method().adapter().rank();
    int own = Methods.resolve(config().method()).adapter().rank();
    return rank == own
        ? Optional.empty()
        : Optional.of(
            Text.format(
                "method.rank: auto is %d here and not the %d of %s, for the adapted layers allow no"
                    + " more",
                rank, own, Methods.adapter(config().method()).name()));
  }

  private Optional<String> coarseGrid() {
    UpdateEncoding encoding = start.encoding(ground);
    int fitting = start.fittingGrid(ground).fractionBits();
    int smallest = ground.smallest();
    double step = encoding.bound(smallest);
    double reach = start.training().reach(smallest);
    return encoding.grid().fractionBits() >= fitting || step <= COARSE * reach
        ? Optional.empty()
        : Optional.of(
            Text.format(
                "update.fraction-bits: %d rounds what the client with %d examples trained to steps"
                    + " of %.1e, where a round moves an entry by %.1e at most, so that the result"
                    + " says little; leave it at auto, which is %d here",
                encoding.grid().fractionBits(), smallest, step, reach, fitting));
  }

  private Optional<String> decliningClients() {
    long most = start.mostExamples(ground);
    long declining = ground.members().values().stream().filter(size -> size > most).count();
    return declining == 0
        ? Optional.empty()
        : Optional.of(
            Text.format(
                "round.max-examples: %d of %d clients have more than %d examples and decline every"
                    + " round; raise it to %d, or leave it at auto",
                declining, ground.members().size(), most, ground.largest()));
  }

  private Optional<String> nobodyBorne() {
    Aggregator aggregator = start.method().aggregator();
    int cohort = config().round().cohortSize(ground.members().size());
    OptionalInt borne = aggregator.faultyBorne(cohort);
    if (borne.isEmpty() || borne.getAsInt() > 0) {
      return Optional.empty();
    }
    OptionalInt enough =
        IntStream.rangeClosed(cohort, MOST_CLIENTS)
            .filter(clients -> aggregator.faultyBorne(clients).orElse(0) > 0)
            .findFirst();
    return Optional.of(
        Text.format(
            "method.name: %s with %d client%s in a round bears no faulty one; %s",
            start.method().name(),
            cohort,
            cohort == 1 ? "" : "s",
            enough.isPresent()
                ? "it bears one among " + enough.getAsInt()
                : "method.robust asks for none"));
  }
}
