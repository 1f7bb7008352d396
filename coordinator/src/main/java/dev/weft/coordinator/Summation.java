package dev.weft.coordinator;

import dev.weft.aggregation.RoundAggregation;
import dev.weft.aggregation.RoundResult;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.RingSource;
import dev.weft.core.update.RingVector;
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
                    spec.measureError()),
            spec.executor());
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
  CompletionStage<ClientUpdate> add(ClientReply.Uploaded upload, int rank) {
    return next(aggregation -> add(aggregation, upload, rank));
  }

  private ClientUpdate add(RoundAggregation aggregation, ClientReply.Uploaded upload, int rank) {
    boolean stays = false;
    try {
      ClientUpdate update = read(upload, rank);
      aggregation.add(update, again(upload.client()));
      stays = aggregation.readsAgain();
      return update;
    } finally {
      if (!stays) {
        plan.spec().desk().clear(plan.id(), upload.client());
      }
    }
  }

  private RingSource again(String client) {
    RunSpec spec = plan.spec();
    return UpdateCodec.source(
        from -> spec.desk().readAgain(plan.id(), client, from), spec.encoding().bits());
  }

  CompletionStage<RoundResult> finish() {
    return next(RoundAggregation::finish);
  }

  /** Tasks follow each other whether the earlier ones succeeded or not. */
  private <T> CompletionStage<T> next(Function<RoundAggregation, T> task) {
    CompletableFuture<T> turn =
        last.handleAsync((result, thrown) -> task.apply(sum.join()), plan.spec().executor());
    last = turn;
    return turn;
  }

  private ClientUpdate read(ClientReply.Uploaded upload, int rank) {
    if (!Double.isFinite(upload.meanLoss())) {
      throw new WeftException(
          Problem.MALFORMED_UPDATE, Text.format("update: reports the loss %s", upload.meanLoss()));
    }
    RunSpec spec = plan.spec();
    long own = entries.computeIfAbsent(rank, plan::entries);
    RingVector values =
        spec.desk()
            .read(
                plan.id(),
                upload.client(),
                upload.update(),
                in -> UpdateCodec.read(in, rank, spec.encoding().bits(), own));
    return new ClientUpdate(upload.client(), rank, values);
  }
}
