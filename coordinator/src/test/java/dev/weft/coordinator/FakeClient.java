package dev.weft.coordinator;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.error.Problem;
import dev.weft.core.update.RingVector;
import dev.weft.core.update.UpdateEncoding;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.UpdateCodec;
import java.util.Arrays;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;

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
    FETCHES_WHAT_IS_NOT_THERE
  }

  static final int EXAMPLES = 10;

  private FakeClient() {}

  static Behavior<ClientSession.Command> create(String name, Manner manner, float step) {
    return Behaviors.receiveMessage(
        command -> {
          if (command instanceof ClientSession.Offer offer) {
            answer(name, manner, offer);
          } else if (command instanceof ClientSession.Train train) {
            train(name, manner, step, train);
          }
          return Behaviors.same();
        });
  }

  private static void answer(String name, Manner manner, ClientSession.Offer offer) {
    if (manner == Manner.DECLINES) {
      offer.replyTo().tell(new ClientReply.Declined(name, offer.id(), "not today"));
    } else {
      offer.replyTo().tell(new ClientReply.Accepted(name, offer.id()));
    }
  }

  private static void train(String name, Manner manner, float step, ClientSession.Train train) {
    ClientReply.Uploaded upload = upload(name, step, train);
    switch (manner) {
      case FAILS ->
          train
              .replyTo()
              .tell(
                  new ClientReply.Failed(
                      name, train.id(), Problem.CLIENT_FAILED.code(), "out of memory"));
      case SENDS_NOISE -> train.replyTo().tell(with(upload, ByteString.fromArray(new byte[100])));
      case SENDS_ANOTHER_RANK ->
          train.replyTo().tell(with(upload, encoded(step, train, 1, EXAMPLES)));
      case CLAIMS_NO_EXAMPLES -> train.replyTo().tell(with(upload, weighing(train, 0)));
      case CLAIMS_TOO_MANY_EXAMPLES ->
          train.replyTo().tell(with(upload, weighing(train, EXAMPLES + 1)));
      case UPLOADS_TWICE -> {
        train.replyTo().tell(upload);
        train.replyTo().tell(upload);
      }
      case FETCHES_WHAT_IS_NOT_THERE ->
          train.replyTo().tell(new ClientReply.Fetch(name, train.id(), TestFederation.BASE));
      default -> train.replyTo().tell(upload);
    }
  }

  static ClientReply.Uploaded upload(String name, float step, ClientSession.Train train) {
    return new ClientReply.Uploaded(
        name,
        train.id(),
        encoded(step, train, train.plan().form().rank(), EXAMPLES),
        2 * EXAMPLES,
        step,
        0.1);
  }

  private static ByteString weighing(ClientSession.Train train, long examples) {
    return encoded(0, train, train.plan().form().rank(), examples);
  }

  /** Encodes without the checks of an honest client. */
  private static ByteString encoded(
      float step, ClientSession.Train train, int rank, long examples) {
    UpdateEncoding encoding = train.plan().encoding();
    AdapterForm form = train.plan().form().withRank(rank);
    long entries = Adapter.zeros(form, TestFederation.TARGET).trained().elements();
    long[] values = new long[Math.toIntExact(entries + 1)];
    Arrays.fill(values, Math.round(step * examples / encoding.grid().step()));
    values[values.length - 1] = examples;
    return UpdateCodec.encode(rank, RingVector.of(encoding.bits(), values));
  }

  private static ClientReply.Uploaded with(ClientReply.Uploaded upload, ByteString payload) {
    return new ClientReply.Uploaded(
        upload.client(),
        upload.id(),
        payload,
        upload.examplesProcessed(),
        upload.meanLoss(),
        upload.seconds());
  }
}
