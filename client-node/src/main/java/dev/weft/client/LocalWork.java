package dev.weft.client;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.update.RingVector;
import dev.weft.core.update.UpdateCodec;
import dev.weft.finetune.training.TrainingJob;
import dev.weft.finetune.training.TrainingKeeper;
import dev.weft.finetune.training.TrainingResult;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.CoordinatorMessage;
import dev.weft.protocol.LocalPlan;
import dev.weft.protocol.RoundId;
import dev.weft.protocol.codec.CoordinatorMessages;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One round's work of one client, from pieces to encoded update. It runs on training threads; only
 * {@link #cancel} is called from another one.
 */
final class LocalWork {
  private final ClientSetup setup;
  private final ClientSession.Train train;
  private final Map<Digest, TensorMap> fetched;
  private final AtomicBoolean cancelled = new AtomicBoolean();

  /**
   * @param fetched at least all pieces of the plan that cannot be derived
   */
  LocalWork(ClientSetup setup, ClientSession.Train train, Map<Digest, TensorMap> fetched) {
    this.setup = setup;
    this.train = train;
    this.fetched = Map.copyOf(fetched);
  }

  RoundId id() {
    return train.id();
  }

  void cancel() {
    cancelled.set(true);
  }

  boolean cancelled() {
    return cancelled.get();
  }

  /** Keeps this training, and finds what was kept of the same one. */
  TrainingKeeper keeper() {
    return setup.shelf().keeper(id(), digest());
  }

  /**
   * Of everything that the training's bits follow from: what was asked, whose it is, the model and
   * the data.
   */
  private Digest digest() {
    byte[] asked = CoordinatorMessages.write(new CoordinatorMessage.Command(train));
    return Digest.builder()
        .add("weft/v1/training")
        .add(setup.name())
        .add(Digest.of(asked).hex())
        .add(setup.base().hex())
        .add(setup.target().digest().hex())
        .add(setup.data().digest().hex())
        .build();
  }

  /**
   * Ends when the update has been left; every exception is one of {@link #failure}.
   *
   * @param alive is run whenever some of the update has gone
   */
  CompletionStage<ClientReply.Uploaded> run(LocalListener listener, Runnable alive) {
    if (cancelled()) {
      throw new CancellationException("cancelled before its turn");
    }
    long start = System.nanoTime();
    LocalPlan plan = train.plan();
    Reference reference =
        Reference.assemble(
            plan.form(),
            setup.target(),
            train.pieces(),
            fetched,
            (piece, maker) -> setup.pieces().tensors(piece, id().round(), maker));
    return setup
        .trainer()
        .train(
            new TrainingJob(
                reference.adapter(),
                reference.sideDeltas(),
                plan.local(),
                setup.data(),
                plan.trainingSeed(setup.name())),
            listener)
        .thenCompose(result -> upload(reference, result, start, alive));
  }

  private CompletionStage<ClientReply.Uploaded> upload(
      Reference reference, TrainingResult result, long start, Runnable alive) {
    LocalPlan plan = train.plan();
    RingVector update =
        plan.protection()
            .protect(
                change(reference.adapter(), result.trained()),
                setup.data().size(),
                plan.protectionSeed(setup.name()).random());
    double seconds = (System.nanoTime() - start) * 1e-9;
    Artifact artifact = setup.outbox().put(UpdateCodec.content(plan.form().rank(), update));
    return setup
        .transfer()
        .leave(id(), artifact, setup.outbox(), alive)
        .thenApply(left -> new ClientReply.Uploaded(id(), artifact, result.figures(), seconds));
  }

  private static TensorMap change(Adapter reference, TensorMap trained) {
    if (!trained.schema().equals(reference.trained().schema())) {
      throw new WeftException(
          Problem.MALFORMED_UPDATE,
          Text.format(
              "update: the trained tensors %s are not the agreed %s",
              trained.names(), reference.trained().names()));
    }
    return trained.minus(reference.trained());
  }

  /** The sentence that the coordinator hears; a stack trace stays here. */
  ClientReply.Failed failure(Throwable thrown) {
    WeftException problem = WeftException.from(thrown, Problem.CLIENT_FAILED, "local training");
    return new ClientReply.Failed(id(), problem.problem().code(), problem.getMessage());
  }
}
