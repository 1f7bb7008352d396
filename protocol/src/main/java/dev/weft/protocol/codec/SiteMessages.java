package dev.weft.protocol.codec;

import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.metrics.TrainingFigures;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ProtocolVersions;
import dev.weft.protocol.SiteMessage;
import dev.weft.wire.Accepted;
import dev.weft.wire.Declined;
import dev.weft.wire.Failed;
import dev.weft.wire.Hello;
import dev.weft.wire.Kept;
import dev.weft.wire.Leaving;
import dev.weft.wire.Measured;
import dev.weft.wire.NotMeasured;
import dev.weft.wire.NotReady;
import dev.weft.wire.Progress;
import dev.weft.wire.Ready;
import dev.weft.wire.Uploaded;
import dev.weft.wire.Waiting;
import java.util.OptionalDouble;

/** {@link SiteMessage} on the wire. */
public final class SiteMessages {
  private SiteMessages() {}

  public static byte[] write(SiteMessage message) {
    dev.weft.wire.SiteMessage.Builder wire = dev.weft.wire.SiteMessage.newBuilder();
    if (message instanceof SiteMessage.Hello hello) {
      wire.setHello(
          Hello.newBuilder()
              .setOldest(hello.versions().oldest())
              .setNewest(hello.versions().newest())
              .setSoftware(hello.software()));
    } else if (message instanceof SiteMessage.Ready ready) {
      wire.setReady(Ready.newBuilder().setRun(ready.run()).setExamples(ready.examples()));
    } else if (message instanceof SiteMessage.NotReady not) {
      wire.setNotReady(
          NotReady.newBuilder().setRun(not.run()).setCode(not.code()).setSentence(not.sentence()));
    } else if (message instanceof SiteMessage.Leaving leaving) {
      wire.setLeaving(Leaving.newBuilder().setReason(leaving.reason()));
    } else if (message instanceof SiteMessage.Kept kept) {
      wire.setKept(Kept.newBuilder().setRun(kept.run()));
    } else if (message instanceof SiteMessage.Reply reply) {
      write(reply.reply(), wire);
    }
    return wire.build().toByteArray();
  }

  private static void write(ClientReply reply, dev.weft.wire.SiteMessage.Builder wire) {
    dev.weft.wire.RoundId id = WireNouns.write(reply.id());
    if (reply instanceof ClientReply.Accepted) {
      wire.setAccepted(Accepted.newBuilder().setId(id));
    } else if (reply instanceof ClientReply.Declined declined) {
      wire.setDeclined(Declined.newBuilder().setId(id).setReason(declined.reason()));
    } else if (reply instanceof ClientReply.Waiting) {
      wire.setWaiting(Waiting.newBuilder().setId(id));
    } else if (reply instanceof ClientReply.Progress progress) {
      wire.setProgress(write(id, progress));
    } else if (reply instanceof ClientReply.Uploaded uploaded) {
      wire.setUploaded(write(id, uploaded));
    } else if (reply instanceof ClientReply.Failed failed) {
      wire.setFailed(
          Failed.newBuilder().setId(id).setCode(failed.code()).setSentence(failed.sentence()));
    } else if (reply instanceof ClientReply.Measured measured) {
      wire.setMeasured(write(id, measured));
    } else if (reply instanceof ClientReply.NotMeasured not) {
      wire.setNotMeasured(
          NotMeasured.newBuilder()
              .setId(id)
              .setState(WireNouns.write(not.state()))
              .setReason(NotMeasured.Reason.valueOf(not.reason().name()))
              .setSentence(not.sentence()));
    }
  }

  private static Progress write(dev.weft.wire.RoundId id, ClientReply.Progress progress) {
    Progress.Builder wire =
        Progress.newBuilder()
            .setId(id)
            .setExamplesDone(progress.examplesDone())
            .setExamplesTotal(progress.examplesTotal());
    progress.meanLoss().ifPresent(wire::setMeanLoss);
    return wire.build();
  }

  private static Measured write(dev.weft.wire.RoundId id, ClientReply.Measured measured) {
    AnswerCounts counts = measured.counts();
    return Measured.newBuilder()
        .setId(id)
        .setState(WireNouns.write(measured.state()))
        .setExamples(counts.examples())
        .setTargets(counts.targets())
        .setCorrect(counts.correct())
        .setLossSum(counts.lossSum())
        .build();
  }

  private static Uploaded write(dev.weft.wire.RoundId id, ClientReply.Uploaded uploaded) {
    TrainingFigures training = uploaded.training();
    Uploaded.Builder wire =
        Uploaded.newBuilder()
            .setId(id)
            .setUpdate(WireNouns.write(uploaded.update()))
            .setExamplesProcessed(training.examplesProcessed())
            .setTokensProcessed(training.tokensProcessed())
            .setSteps(training.steps())
            .setSeconds(uploaded.seconds());
    training.meanLoss().ifPresent(wire::setMeanLoss);
    return wire.build();
  }

  /**
   * @param site that said it, for people
   * @throws dev.weft.core.error.WeftException if the bytes are no such message
   */
  public static SiteMessage read(byte[] bytes, String site) {
    return Decoding.read(bytes, dev.weft.wire.SiteMessage.parser(), site, SiteMessages::read);
  }

  private static SiteMessage read(dev.weft.wire.SiteMessage wire) {
    return switch (wire.getMessageCase()) {
      case HELLO ->
          new SiteMessage.Hello(
              new ProtocolVersions(wire.getHello().getOldest(), wire.getHello().getNewest()),
              Decoding.line(wire.getHello().getSoftware()));
      case READY ->
          new SiteMessage.Ready(
              wire.getReady().getRun(), Decoding.count("examples", wire.getReady().getExamples()));
      case NOT_READY ->
          new SiteMessage.NotReady(
              wire.getNotReady().getRun(),
              Decoding.line(wire.getNotReady().getCode()),
              Decoding.line(wire.getNotReady().getSentence()));
      case KEPT -> new SiteMessage.Kept(wire.getKept().getRun());
      case LEAVING -> new SiteMessage.Leaving(Decoding.line(wire.getLeaving().getReason()));
      case MESSAGE_NOT_SET -> throw new IllegalArgumentException("it is of an unknown kind");
      default -> new SiteMessage.Reply(reply(wire));
    };
  }

  private static ClientReply reply(dev.weft.wire.SiteMessage wire) {
    return switch (wire.getMessageCase()) {
      case ACCEPTED -> new ClientReply.Accepted(WireNouns.read(wire.getAccepted().getId()));
      case DECLINED ->
          new ClientReply.Declined(
              WireNouns.read(wire.getDeclined().getId()),
              Decoding.line(wire.getDeclined().getReason()));
      case WAITING -> new ClientReply.Waiting(WireNouns.read(wire.getWaiting().getId()));
      case PROGRESS -> progress(wire.getProgress());
      case UPLOADED -> uploaded(wire.getUploaded());
      case FAILED ->
          new ClientReply.Failed(
              WireNouns.read(wire.getFailed().getId()),
              Decoding.line(wire.getFailed().getCode()),
              Decoding.line(wire.getFailed().getSentence()));
      case MEASURED -> measured(wire.getMeasured());
      case NOT_MEASURED ->
          new ClientReply.NotMeasured(
              WireNouns.read(wire.getNotMeasured().getId()),
              WireNouns.read(wire.getNotMeasured().getState()),
              reason(wire.getNotMeasured().getReason()),
              Decoding.line(wire.getNotMeasured().getSentence()));
      default -> throw new IllegalArgumentException("it is no answer to a round");
    };
  }

  private static ClientReply.Progress progress(Progress wire) {
    return new ClientReply.Progress(
        WireNouns.read(wire.getId()),
        Decoding.count("examples_done", wire.getExamplesDone()),
        Decoding.count("examples_total", wire.getExamplesTotal()),
        wire.hasMeanLoss() ? OptionalDouble.of(wire.getMeanLoss()) : OptionalDouble.empty());
  }

  private static ClientReply.Measured measured(Measured wire) {
    return new ClientReply.Measured(
        WireNouns.read(wire.getId()),
        WireNouns.read(wire.getState()),
        new AnswerCounts(
            Decoding.count("examples", wire.getExamples()),
            Decoding.count("targets", wire.getTargets()),
            Decoding.count("correct", wire.getCorrect()),
            wire.getLossSum()));
  }

  private static ClientReply.Reason reason(NotMeasured.Reason wire) {
    return switch (wire) {
      case NO_EXAMPLES -> ClientReply.Reason.NO_EXAMPLES;
      case WITHHELD -> ClientReply.Reason.WITHHELD;
      case FAILED -> ClientReply.Reason.FAILED;
      default -> throw new IllegalArgumentException("reason: is of an unknown kind");
    };
  }

  private static ClientReply.Uploaded uploaded(Uploaded wire) {
    return new ClientReply.Uploaded(
        WireNouns.read(wire.getId()),
        WireNouns.read(wire.getUpdate()),
        new TrainingFigures(
            wire.hasMeanLoss() ? OptionalDouble.of(wire.getMeanLoss()) : OptionalDouble.empty(),
            Decoding.count("examples_processed", wire.getExamplesProcessed()),
            Decoding.count("tokens_processed", wire.getTokensProcessed()),
            Decoding.count("steps", wire.getSteps())),
        seconds(wire.getSeconds()));
  }

  private static double seconds(double seconds) {
    if (!(seconds >= 0) || Double.isInfinite(seconds)) {
      throw new IllegalArgumentException(
          "seconds: must be finite and not negative, got " + seconds);
    }
    return seconds;
  }
}
