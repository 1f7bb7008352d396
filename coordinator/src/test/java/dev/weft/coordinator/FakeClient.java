package dev.weft.coordinator;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.error.Problem;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.update.FixedPoint;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.LocalPlan;
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
    CLAIMS_ALL_EXAMPLES,
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
      case SENDS_NOISE ->
          train.replyTo().tell(with(upload, ByteString.fromArray(new byte[100]), EXAMPLES));
      case SENDS_ANOTHER_RANK ->
          train.replyTo().tell(with(upload, encoded(name, step, train, 1), EXAMPLES));
      case CLAIMS_NO_EXAMPLES -> train.replyTo().tell(with(upload, upload.payload(), 0));
      case CLAIMS_ALL_EXAMPLES ->
          train.replyTo().tell(with(upload, upload.payload(), FixedPoint.MOST_WEIGHT));
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
        encoded(name, step, train, train.plan().form().rank()),
        EXAMPLES,
        2 * EXAMPLES,
        step,
        0.1);
  }

  private static ByteString encoded(String name, float step, ClientSession.Train train, int rank) {
    LocalPlan plan = train.plan();
    AdapterForm form = plan.form().withRank(rank);
    TensorMap difference =
        Adapter.zeros(form, TestFederation.TARGET)
            .trained()
            .map((tensor, zeros) -> constant(step, zeros.shapeArray()));
    return UpdateCodec.encode(
        rank, plan.codec().encode(difference, plan.roundingSeed(name, train.id().round())));
  }

  private static Tensor constant(float value, int... shape) {
    float[] values = new float[Math.toIntExact(Tensor.elements(shape))];
    Arrays.fill(values, value);
    return Tensor.of(values, shape);
  }

  private static ClientReply.Uploaded with(
      ClientReply.Uploaded upload, ByteString payload, long examples) {
    return new ClientReply.Uploaded(
        upload.client(),
        upload.id(),
        payload,
        examples,
        upload.examplesProcessed(),
        upload.meanLoss(),
        upload.seconds());
  }
}
