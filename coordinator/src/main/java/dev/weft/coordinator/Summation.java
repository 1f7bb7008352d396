package dev.weft.coordinator;

import dev.weft.aggregation.RoundAggregation;
import dev.weft.aggregation.RoundResult;
import dev.weft.coordinator.store.ArtifactDesk;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.UpdateCodec;
import dev.weft.protocol.ClientReply;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The sum of one round, worked on by an executor one update after the other. Called from one actor
 * only.
 */
final class Summation {
  private final RoundPlan plan;
  private final CompletableFuture<RoundAggregation> sum;

  /** Trained scalars by rank; asked for by the tasks alone, which run one after the other. */
  private final Map<Integer, Long> entries = new HashMap<>();

  private CompletableFuture<?> last;

  Summation(RoundPlan plan) {
    RunSpec spec = plan.spec();
    this.plan = plan;
    this.sum =
        CompletableFuture.supplyAsync(
            () ->
                RoundAggregation.start(
                    spec.method(),
                    plan.reference(),
                    spec.encoding(),
                    plan.seed(),
                    spec.measureError(),
                    plan.facilities().desk().scratch()),
            plan.facilities().executor());
    this.last = sum;
  }

  /**
   * Reads an update and adds it. Its values are not held: what the round must see again stays on
   * the desk until the round is over, everything else goes.
   *
   * @param rank the rank agreed with the client
   * @return the update that was added; fails with {@link WeftException} if the update is refused;
   *     the sum is as before then
   */
  CompletionStage<ClientUpdate> add(String client, ClientReply.Uploaded upload, int rank) {
    return next(aggregation -> add(aggregation, client, upload, rank));
  }

  private ClientUpdate add(
      RoundAggregation aggregation, String client, ClientReply.Uploaded upload, int rank) {
    boolean stays = false;
    try {
      ClientUpdate update = read(client, upload, rank);
      aggregation.add(update);
      stays = aggregation.readsAgain();
      return update;
    } finally {
      if (!stays) {
        plan.facilities().desk().clear(plan.id(), client);
      }
    }
  }

  CompletionStage<RoundResult> finish() {
    return next(RoundAggregation::finish);
  }

  /** Tasks follow each other whether the earlier ones succeeded or not. */
  private <T> CompletionStage<T> next(Function<RoundAggregation, T> task) {
    CompletableFuture<T> turn =
        last.handleAsync((result, thrown) -> task.apply(sum.join()), plan.facilities().executor());
    last = turn;
    return turn;
  }

  private static void requireFinite(double meanLoss) {
    if (!Double.isFinite(meanLoss)) {
      throw new WeftException(
          Problem.MALFORMED_UPDATE, Text.format("update: reports the loss %s", meanLoss));
    }
  }

  private ClientUpdate read(String client, ClientReply.Uploaded upload, int rank) {
    upload.training().meanLoss().ifPresent(Summation::requireFinite);
    RunSpec spec = plan.spec();
    long own = entries.computeIfAbsent(rank, plan::entries);
    ArtifactDesk desk = plan.facilities().desk();
    int bits = spec.encoding().bits();
    desk.read(
        plan.id(),
        client,
        upload.update(),
        in -> {
          UpdateCodec.check(in, rank, bits, own);
          return upload;
        });
    return new ClientUpdate(
        client,
        rank,
        UpdateCodec.source(from -> desk.readAgain(plan.id(), client, from), bits, own));
  }
}
