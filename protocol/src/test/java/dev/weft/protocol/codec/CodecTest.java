package dev.weft.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.protection.Clipping;
import dev.weft.core.protection.IntegerNoise;
import dev.weft.core.protection.Protection;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.CoordinatorMessage;
import dev.weft.protocol.FromClient;
import dev.weft.protocol.LocalPlan;
import dev.weft.protocol.SiteMessage;
import dev.weft.wire.Cancel;
import dev.weft.wire.CoordinatorMessage.MessageCase;
import dev.weft.wire.Failed;
import dev.weft.wire.Hello;
import dev.weft.wire.Measure;
import dev.weft.wire.Measured;
import dev.weft.wire.NotMeasured;
import dev.weft.wire.Offer;
import dev.weft.wire.Prepare;
import dev.weft.wire.Progress;
import dev.weft.wire.Ready;
import dev.weft.wire.RoundId;
import dev.weft.wire.Train;
import dev.weft.wire.Uploaded;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CodecTest {
  private static final ActorSystem<Void> SYSTEM =
      ActorSystem.create(Behaviors.empty(), "CodecTest");
  private static final ActorRef<FromClient> ROUND = SYSTEM.ignoreRef();
  private static final RoundId ID =
      RoundId.newBuilder().setRun("run").setRound(1).setAttempt(1).build();

  @AfterAll
  @AfterContainer
  static void stop() {
    SYSTEM.terminate();
  }

  @Property(tries = 300)
  void whatASiteSaysIsWhatIsHeard(@ForAll long seed) {
    for (SiteMessage message : new Samples(seed).ofSite()) {
      assertThat(SiteMessages.read(SiteMessages.write(message), "north")).isEqualTo(message);
    }
  }

  @Property(tries = 300)
  void whatACoordinatorSaysIsWhatIsHeard(@ForAll long seed) {
    for (CoordinatorMessage message : new Samples(seed).ofCoordinator(ROUND)) {
      assertThat(CoordinatorMessages.read(CoordinatorMessages.write(message), ROUND))
          .isEqualTo(message);
    }
  }

  @Test
  void noKindOfMessageIsForgotten() {
    List<SiteMessage> site = new Samples(1).ofSite();
    assertThat(Samples.classes(site.stream())).isEqualTo(Samples.kinds(SiteMessage.class));
    assertThat(
            Samples.classes(
                site.stream()
                    .filter(SiteMessage.Reply.class::isInstance)
                    .map(message -> ((SiteMessage.Reply) message).reply())))
        .isEqualTo(Samples.kinds(ClientReply.class));
    List<CoordinatorMessage> coordinator = new Samples(1).ofCoordinator(ROUND);
    assertThat(Samples.classes(coordinator.stream()))
        .isEqualTo(Samples.kinds(CoordinatorMessage.class));
    assertThat(
            Samples.classes(
                coordinator.stream()
                    .filter(CoordinatorMessage.Command.class::isInstance)
                    .map(message -> ((CoordinatorMessage.Command) message).command())))
        .isEqualTo(Samples.kinds(ClientSession.Command.class));
  }

  @Property(tries = 2000)
  void anyBytesAreRefusedInOneWay(@ForAll byte[] bytes) {
    readOrRefused(bytes);
  }

  /** What looks like a message, cut or changed in a few places. */
  @Property(tries = 200)
  void damagedMessagesAreReadOrRefusedInOneWay(@ForAll long seed) {
    Samples samples = new Samples(seed);
    Random random = new Random(seed);
    Stream.concat(
            samples.ofSite().stream().map(SiteMessages::write),
            samples.ofCoordinator(ROUND).stream().map(CoordinatorMessages::write))
        .forEach(
            bytes -> {
              for (int i = 0; i < 20; i++) {
                byte[] damaged = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
                readOrRefused(damaged);
                damaged = bytes.clone();
                for (int k = random.nextInt(4); k >= 0; k--) {
                  damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
                }
                readOrRefused(damaged);
              }
            });
  }

  private static void readOrRefused(byte[] bytes) {
    List<Consumer<byte[]>> readers =
        List.of(
            given -> SiteMessages.read(given, "north"),
            given -> CoordinatorMessages.read(given, ROUND));
    for (Consumer<byte[]> reader : readers) {
      try {
        reader.accept(bytes);
      } catch (WeftException refused) {
        assertThat(refused).hasMessageNotContaining("\n");
      } catch (RuntimeException e) {
        fail("other exception than a refusal", e);
      }
    }
  }

  @Test
  void messagesThatLieInOneAnotherDeeplyAreRefused() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    for (int depth = 0; depth < 100_000; depth++) {
      out.writeTag(1000, 3); // a group begins
    }
    out.flush();

    assertRefused("it is no protobuf of this protocol", bytes.toByteArray());
  }

  @Test
  void aKindThatNobodyKnowsIsRefused() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeString(99, "news");
    out.flush();

    assertRefused("it is of an unknown kind", bytes.toByteArray());
    assertRefused("it is of an unknown kind", new byte[0]);
  }

  private static void assertRefused(String words, byte[] bytes) {
    assertRefused(words, () -> SiteMessages.read(bytes, "north"));
    assertRefused(words, () -> CoordinatorMessages.read(bytes, ROUND));
  }

  private static void assertRefused(String words, Runnable reading) {
    assertThatThrownBy(reading::run)
        .hasMessageContaining(words)
        .isInstanceOfSatisfying(
            WeftException.class,
            thrown -> assertThat(thrown.problem()).isEqualTo(Problem.MESSAGE_REFUSED));
  }

  @Test
  void numbersThatCannotBeAreRefusedByName() {
    assertSite(
        "examples: must not be negative",
        site(m -> m.setReady(Ready.newBuilder().setExamples(-1))));
    assertSite(
        "examples_done: must not be negative, got -2",
        site(m -> m.setProgress(Progress.newBuilder().setId(ID).setExamplesDone(-2))));
    assertSite(
        "examples_total: must not be negative",
        site(m -> m.setProgress(Progress.newBuilder().setId(ID).setExamplesTotal(-2))));
    assertSite("examples_processed: must", uploaded(u -> u.setExamplesProcessed(-1)));
    assertSite("tokens_processed: must", uploaded(u -> u.setTokensProcessed(-1)));
    assertSite("steps: must not be negative", uploaded(u -> u.setSteps(-1)));
    for (double seconds : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertSite("seconds: must be finite", uploaded(u -> u.setSeconds(seconds)));
    }
    assertSite("bytes: must not be negative", uploaded(u -> u.getUpdateBuilder().setBytes(-1)));
    assertSite(
        "versions: from at least 1", site(m -> m.setHello(Hello.newBuilder().setOldest(-1))));
    assertSite(
        "round: must be at least 1",
        site(m -> m.setFailed(Failed.newBuilder().setId(ID.toBuilder().setRound(-1)))));
    assertSite(
        "attempt: must be at least 0",
        site(m -> m.setFailed(Failed.newBuilder().setId(ID.toBuilder().setAttempt(-1)))));
    assertSite("examples: must not be negative", measured(m -> m.setExamples(-1)));
    assertSite("targets: must not be negative", measured(m -> m.setTargets(-1)));
    assertSite("correct: must not be negative", measured(m -> m.setCorrect(-1)));
    assertSite("digest: 64 ", measured(m -> m.setState(ByteString.copyFrom(new byte[31]))));
    assertSite(
        "reason: is of an unknown kind",
        site(
            m ->
                m.setNotMeasured(
                    NotMeasured.newBuilder()
                        .setId(ID)
                        .setState(ByteString.copyFrom(new byte[32])))));
    assertSite(
        "run: must have a name",
        site(m -> m.setFailed(Failed.newBuilder().setId(ID.toBuilder().setRun("")))));
  }

  @Test
  void whatACoordinatorCannotMeanIsRefusedByName() {
    assertCoordinator(
        "adapter_values: must not be negative", prepare(prepare -> prepare.setAdapterValues(-1)));
    assertCoordinator("rounds: must be at least 1", prepare(prepare -> prepare.setRounds(0)));
    assertCoordinator("rank: must be at least 1", offer(offer -> offer.setRank(0)));
    assertCoordinator(
        "digest: 64 ", offer(offer -> offer.setBase(ByteString.copyFrom(new byte[31]))));
    assertCoordinator("Part.Z", offer(offer -> offer.addShared("Z")));
    assertCoordinator("patience_millis: from 1 to", train(train -> train.setPatienceMillis(0)));
    assertCoordinator("patience_millis: from 1 to", train(train -> train.setPatienceMillis(-1)));
    assertCoordinator(
        "patience_millis: from 1 to 31536000000",
        train(train -> train.setPatienceMillis(31_536_000_001L)));
    assertCoordinator("a piece has no place", train(train -> train.addPiecesBuilder()));
    assertCoordinator(
        "cannot be read", train(train -> train.setForm(ByteString.copyFrom(new byte[] {0, 1}))));
    assertCoordinator("round: counts from 1 to", train(train -> train.setRounds(0)));
    assertCoordinator(
        "id: this is nothing to say of run measurement after round",
        train(train -> train.getIdBuilder().setRun("run").setAttempt(0)));
    assertCoordinator(
        "id: this is nothing to say of run measurement after round",
        offer(offer -> offer.getIdBuilder().setRun("run").setAttempt(0)));
    assertCoordinator(
        "id: this is nothing to say of run round",
        measure(measure -> measure.getIdBuilder().setRun("run").setRound(1).setAttempt(2)));
    assertCoordinator(
        "patience_millis: from 1 to", measure(measure -> measure.setPatienceMillis(0)));
  }

  @Test
  void whatPeopleReadIsOneLineOfSomeLength() {
    String sentence = "a\nb\u0000c\u2028d" + "x".repeat(5000);

    SiteMessage heard =
        SiteMessages.read(
            site(m -> m.setFailed(Failed.newBuilder().setId(ID).setSentence(sentence))), "north");

    String read = ((ClientReply.Failed) ((SiteMessage.Reply) heard).reply()).sentence();
    assertThat(read).startsWith("a b c dx").hasSize(Decoding.LONGEST_LINE);
    CoordinatorMessage told =
        CoordinatorMessages.read(
            dev.weft.wire.CoordinatorMessage.newBuilder()
                .setCancel(Cancel.newBuilder().setId(ID).setReason(sentence))
                .build()
                .toByteArray(),
            ROUND);
    assertThat(((ClientSession.Cancel) ((CoordinatorMessage.Command) told).command()).reason())
        .isEqualTo(read);
  }

  /** It would be lost without a word. */
  @Test
  void noiseHasNoFormOnTheWireYet() {
    ClientSession.Train train = train();
    IntegerNoise noise =
        new IntegerNoise() {
          @Override
          public long draw(RandomGenerator randomness) {
            return 1;
          }

          @Override
          public double variance() {
            return 1;
          }
        };
    LocalPlan plan = train.plan();
    LocalPlan noisy =
        new LocalPlan(
            plan.form(),
            plan.local(),
            new Protection(Clipping.NONE, plan.protection().encoding(), noise),
            plan.seed());

    assertThatThrownBy(
            () ->
                CoordinatorMessages.write(
                    new CoordinatorMessage.Command(
                        new ClientSession.Train(
                            train.id(), noisy, train.pieces(), train.patience(), ROUND))))
        .hasMessageContaining("noise");
  }

  @Test
  void theSpeakerIsNamed() {
    assertThatThrownBy(() -> SiteMessages.read(new byte[0], "بیمارستان"))
        .hasMessageContaining(Text.format("a message of %s cannot be read", "بیمارستان"))
        .hasMessageContaining("bring both sides to the same version of Weft");
    assertThatThrownBy(() -> CoordinatorMessages.read(new byte[0], ROUND))
        .hasMessageContaining("a message of the coordinator cannot be read");
  }

  private static byte[] site(Consumer<dev.weft.wire.SiteMessage.Builder> fields) {
    dev.weft.wire.SiteMessage.Builder wire = dev.weft.wire.SiteMessage.newBuilder();
    fields.accept(wire);
    return wire.build().toByteArray();
  }

  private static byte[] uploaded(Consumer<Uploaded.Builder> fields) {
    return site(
        m -> {
          Uploaded.Builder uploaded = m.getUploadedBuilder().setId(ID);
          uploaded.getUpdateBuilder().setSha256(ByteString.copyFrom(new byte[32]));
          fields.accept(uploaded);
        });
  }

  private static byte[] measured(Consumer<Measured.Builder> fields) {
    return site(
        m -> {
          Measured.Builder measured =
              m.getMeasuredBuilder().setId(ID).setState(ByteString.copyFrom(new byte[32]));
          fields.accept(measured);
        });
  }

  private static void assertSite(String words, byte[] bytes) {
    assertRefused(words, () -> SiteMessages.read(bytes, "north"));
  }

  private static void assertCoordinator(String words, byte[] bytes) {
    assertRefused(words, () -> CoordinatorMessages.read(bytes, ROUND));
  }

  private static byte[] prepare(Consumer<Prepare.Builder> change) {
    return changed(MessageCase.PREPARE, wire -> change.accept(wire.getPrepareBuilder()));
  }

  private static byte[] offer(Consumer<Offer.Builder> change) {
    return changed(MessageCase.OFFER, wire -> change.accept(wire.getOfferBuilder()));
  }

  private static byte[] train(Consumer<Train.Builder> change) {
    return changed(MessageCase.TRAIN, wire -> change.accept(wire.getTrainBuilder()));
  }

  private static byte[] measure(Consumer<Measure.Builder> change) {
    return changed(MessageCase.MEASURE, wire -> change.accept(wire.getMeasureBuilder()));
  }

  /** A good message of that kind with something else in it. */
  private static byte[] changed(
      MessageCase kind, Consumer<dev.weft.wire.CoordinatorMessage.Builder> change) {
    dev.weft.wire.CoordinatorMessage.Builder wire =
        new Samples(3)
            .ofCoordinator(ROUND).stream()
                .map(CoordinatorMessages::write)
                .map(CodecTest::parsed)
                .filter(one -> one.getMessageCase() == kind)
                .findFirst()
                .orElseThrow()
                .toBuilder();
    change.accept(wire);
    return wire.build().toByteArray();
  }

  private static dev.weft.wire.CoordinatorMessage parsed(byte[] bytes) {
    try {
      return dev.weft.wire.CoordinatorMessage.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ClientSession.Train train() {
    return new Samples(3)
        .ofCoordinator(ROUND).stream()
            .filter(m -> m instanceof CoordinatorMessage.Command)
            .map(m -> ((CoordinatorMessage.Command) m).command())
            .filter(command -> command instanceof ClientSession.Train)
            .map(ClientSession.Train.class::cast)
            .findFirst()
            .orElseThrow();
  }
}
