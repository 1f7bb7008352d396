package dev.weft.protocol.codec;

import com.google.protobuf.ByteString;
import dev.weft.core.Text;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.FormCodec;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.artifact.Content;
import dev.weft.core.method.LearningRateSchedule;
import dev.weft.core.method.LocalObjective;
import dev.weft.core.method.LocalRound;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.protection.Clipping;
import dev.weft.core.protection.IntegerNoise;
import dev.weft.core.protection.Protection;
import dev.weft.core.random.Seed;
import dev.weft.core.state.Piece;
import dev.weft.core.state.Piece.Role;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.UpdateEncoding;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.FromClient;
import dev.weft.protocol.LocalPlan;
import dev.weft.protocol.RoundId;
import dev.weft.wire.Measure;
import dev.weft.wire.Train;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** The commands to train and to measure on the wire: everything that a site's bits follow from. */
final class Plans {
  private static final Duration LONGEST_PATIENCE = Duration.ofDays(365);

  private Plans() {}

  static Train write(ClientSession.Train train) {
    LocalPlan plan = train.plan();
    LocalRound local = plan.local();
    return Train.newBuilder()
        .setId(WireNouns.write(train.id()))
        .setForm(write(plan.form()))
        .addAllPieces(train.pieces().stream().map(Plans::write).toList())
        .setTraining(write(local.training()))
        .setProximalMu(local.objective().proximalMu())
        .setRounds(local.rounds())
        .setProtection(write(plan.protection()))
        .setSeed(plan.seed().value())
        .setPatienceMillis(train.patience().toMillis())
        .build();
  }

  static Measure write(ClientSession.Measure measure) {
    return Measure.newBuilder()
        .setId(WireNouns.write(measure.id()))
        .setState(WireNouns.write(measure.state()))
        .setForm(write(measure.form()))
        .addAllPieces(measure.pieces().stream().map(Plans::write).toList())
        .setPatienceMillis(measure.patience().toMillis())
        .build();
  }

  static ClientSession.Measure read(Measure wire, ActorRef<FromClient> replyTo) throws IOException {
    return new ClientSession.Measure(
        WireNouns.read(wire.getId()),
        WireNouns.read(wire.getState()),
        FormCodec.read(data(wire.getForm())),
        read(wire.getPiecesList()),
        patience(wire.getPatienceMillis()),
        replyTo);
  }

  static ClientSession.Train read(Train wire, ActorRef<FromClient> replyTo) throws IOException {
    RoundId id = WireNouns.read(wire.getId());
    AdapterForm form = FormCodec.read(data(wire.getForm()));
    List<Piece> pieces = read(wire.getPiecesList());
    LocalRound local =
        new LocalRound(
            new LocalObjective(wire.getProximalMu()),
            read(wire.getTraining()),
            id.round(),
            wire.getRounds());
    return new ClientSession.Train(
        id,
        new LocalPlan(form, local, read(wire.getProtection()), new Seed(wire.getSeed())),
        pieces,
        patience(wire.getPatienceMillis()),
        replyTo);
  }

  /** A clock can wait for so long. */
  private static Duration patience(long millis) {
    if (millis < 1 || millis > LONGEST_PATIENCE.toMillis()) {
      throw new IllegalArgumentException(
          Text.format(
              "patience_millis: from 1 to %d, got %d", LONGEST_PATIENCE.toMillis(), millis));
    }
    return Duration.ofMillis(millis);
  }

  private static ByteString write(AdapterForm form) {
    return bytes(out -> FormCodec.write(new DataOutputStream(out), form));
  }

  private static List<Piece> read(List<dev.weft.wire.Piece> wire) throws IOException {
    List<Piece> pieces = new ArrayList<>();
    for (dev.weft.wire.Piece piece : wire) {
      pieces.add(read(piece));
    }
    return pieces;
  }

  private static dev.weft.wire.Piece write(Piece piece) {
    dev.weft.wire.Piece.Builder wire =
        dev.weft.wire.Piece.newBuilder()
            .setOrigin(bytes(out -> piece.origin().write(new DataOutputStream(out))))
            .setArtifact(WireNouns.write(piece.artifact()));
    if (piece.role() instanceof Role.AdapterPart part) {
      wire.setPart(part.part().name());
    } else if (piece.role() instanceof Role.LogEntry entry) {
      wire.setSideDelta(entry.number());
    }
    return wire.build();
  }

  private static Piece read(dev.weft.wire.Piece wire) throws IOException {
    Role role =
        switch (wire.getRoleCase()) {
          case PART -> new Role.AdapterPart(Part.valueOf(wire.getPart()));
          case SIDE_DELTA -> new Role.LogEntry(wire.getSideDelta());
          case ROLE_NOT_SET -> throw new IllegalArgumentException("a piece has no place");
        };
    return new Piece(role, Origin.read(data(wire.getOrigin())), WireNouns.read(wire.getArtifact()));
  }

  private static dev.weft.wire.LocalTraining write(LocalTraining training) {
    dev.weft.wire.LocalTraining.Builder wire =
        dev.weft.wire.LocalTraining.newBuilder()
            .setEpochs(training.epochs())
            .setBatchSize(training.batchSize())
            .setLearningRate(training.learningRate())
            .setHeadLearningRate(training.headLearningRate())
            .setWeightDecay(training.weightDecay())
            .setSchedule(training.schedule().shape().name())
            .setWarmUp(training.schedule().warmUp());
    training.steps().ifPresent(wire::setSteps);
    return wire.build();
  }

  private static LocalTraining read(dev.weft.wire.LocalTraining wire) {
    return new LocalTraining(
        wire.getEpochs(),
        wire.hasSteps() ? Optional.of(wire.getSteps()) : Optional.empty(),
        wire.getBatchSize(),
        wire.getLearningRate(),
        wire.getHeadLearningRate(),
        wire.getWeightDecay(),
        new LearningRateSchedule(
            LearningRateSchedule.Shape.valueOf(wire.getSchedule()), wire.getWarmUp()));
  }

  private static dev.weft.wire.Protection write(Protection protection) {
    if (protection.noise() != IntegerNoise.NONE) {
      throw new IllegalArgumentException("noise: has no form on the wire");
    }
    UpdateEncoding encoding = protection.encoding();
    dev.weft.wire.Protection.Builder wire =
        dev.weft.wire.Protection.newBuilder()
            .setFractionBits(encoding.grid().fractionBits())
            .setRange(encoding.grid().range())
            .setMostExamples(encoding.mostExamples())
            .setClients(encoding.clients());
    if (!protection.clipping().equals(Clipping.NONE)) {
      wire.setClippingNorm(protection.clipping().norm());
    }
    return wire.build();
  }

  private static Protection read(dev.weft.wire.Protection wire) {
    return new Protection(
        wire.hasClippingNorm() ? new Clipping(wire.getClippingNorm()) : Clipping.NONE,
        new UpdateEncoding(
            new FixedPoint(wire.getFractionBits(), wire.getRange()),
            wire.getMostExamples(),
            wire.getClients()),
        IntegerNoise.NONE);
  }

  private static ByteString bytes(Content content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      content.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory takes every byte", e);
    }
    return ByteString.copyFrom(out.toByteArray());
  }

  private static DataInputStream data(ByteString bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
  }
}
