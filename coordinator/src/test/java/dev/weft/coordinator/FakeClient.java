package dev.weft.coordinator;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.Content;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.error.Problem;
import dev.weft.core.metrics.TrainingFigures;
import dev.weft.core.update.RingVector;
import dev.weft.core.update.UpdateCodec;
import dev.weft.core.update.UpdateEncoding;
import dev.weft.protocol.ArtifactTransfer;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.FromClient;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A client that moves every trained value by a constant, or misbehaves in one way. */
final class FakeClient {

  enum Manner {
    HONEST,
    DECLINES,
    FAILS,
    SENDS_NOISE,
    SENDS_ANOTHER_RANK,
    CLAIMS_NO_EXAMPLES,
    CLAIMS_TOO_MANY_EXAMPLES,
    UPLOADS_TWICE,
    NAMES_WHAT_IT_DID_NOT_LEAVE
  }

  static final int EXAMPLES = 10;

  private FakeClient() {}

  static Behavior<ClientSession.Command> create(
      String name, Manner manner, float step, ArtifactTransfer transfer) {
    return Behaviors.receiveMessage(
        command -> {
          if (command instanceof ClientSession.Offer offer) {
            answer(name, manner, offer);
          } else if (command instanceof ClientSession.Train train) {
            train(name, manner, step, train, transfer);
          }
          return Behaviors.same();
        });
  }

  private static void answer(String name, Manner manner, ClientSession.Offer offer) {
    if (manner == Manner.DECLINES) {
      say(offer.replyTo(), name, new ClientReply.Declined(offer.id(), "not today"));
    } else {
      say(offer.replyTo(), name, new ClientReply.Accepted(offer.id()));
    }
  }

  private static void train(
      String name,
      Manner manner,
      float step,
      ClientSession.Train train,
      ArtifactTransfer transfer) {
    int rank = train.plan().form().rank();
    switch (manner) {
      case FAILS ->
          say(
              train.replyTo(),
              name,
              new ClientReply.Failed(train.id(), Problem.CLIENT_FAILED.code(), "out of memory"));
      case SENDS_NOISE ->
          tell(name, step, train, leave(train, out -> out.write(new byte[100]), transfer));
      case SENDS_ANOTHER_RANK ->
          tell(name, step, train, leave(train, update(step, train, 1, EXAMPLES), transfer));
      case CLAIMS_NO_EXAMPLES ->
          tell(name, step, train, leave(train, update(0, train, rank, 0), transfer));
      case CLAIMS_TOO_MANY_EXAMPLES ->
          tell(name, step, train, leave(train, update(0, train, rank, EXAMPLES + 1), transfer));
      case UPLOADS_TWICE -> {
        Artifact update = leave(train, update(step, train, rank, EXAMPLES), transfer);
        tell(name, step, train, update);
        tell(name, step, train, update);
      }
      case NAMES_WHAT_IT_DID_NOT_LEAVE ->
          tell(name, step, train, Artifact.of(update(step, train, rank, EXAMPLES)));
      default -> deliver(name, step, train, transfer);
    }
  }

  /** Leaves an honest update, if the round still takes it, and says so. */
  static void deliver(
      String name, float step, ClientSession.Train train, ArtifactTransfer transfer) {
    Content update = update(step, train, train.plan().form().rank(), EXAMPLES);
    tell(name, step, train, leave(train, update, transfer));
  }

  /** The same of a client that keeps its loss to itself. */
  static void deliverWithoutLoss(
      String name, float step, ClientSession.Train train, ArtifactTransfer transfer) {
    Content update = update(step, train, train.plan().form().rank(), EXAMPLES);
    say(
        train.replyTo(),
        name,
        new ClientReply.Uploaded(
            train.id(),
            leave(train, update, transfer),
            new TrainingFigures(OptionalDouble.empty(), 2 * EXAMPLES, 0, 1),
            0.1));
  }

  private static Artifact leave(
      ClientSession.Train train, Content update, ArtifactTransfer transfer) {
    MemoryStore own = new MemoryStore();
    Artifact artifact = own.put(update);
    transfer
        .leave(train.id(), artifact, own, () -> {})
        .exceptionally(refused -> null)
        .toCompletableFuture()
        .join();
    return artifact;
  }

  private static void tell(String name, float step, ClientSession.Train train, Artifact update) {
    say(
        train.replyTo(),
        name,
        new ClientReply.Uploaded(
            train.id(), update, new TrainingFigures(step, 2 * EXAMPLES, 0, 1), 0.1));
  }

  private static void say(ActorRef<FromClient> round, String name, ClientReply reply) {
    round.tell(new FromClient(name, reply));
  }

  /** Encodes without the checks of an honest client. */
  private static Content update(float step, ClientSession.Train train, int rank, long examples) {
    UpdateEncoding encoding = train.plan().protection().encoding();
    AdapterForm form = train.plan().form().withRank(rank);
    long entries = Adapter.zeros(form, TestFederation.TARGET).trained().elements();
    long[] values = new long[Math.toIntExact(entries + 1)];
    Arrays.fill(values, Math.round(step * examples / encoding.grid().step()));
    values[values.length - 1] = examples;
    return UpdateCodec.content(rank, RingVector.of(encoding.bits(), values));
  }
}
