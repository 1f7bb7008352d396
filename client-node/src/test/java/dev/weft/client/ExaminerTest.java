package dev.weft.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.weft.core.Digest;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.artifact.Content;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.config.ClientConfig.Policy.Losses;
import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.state.PieceCodec;
import dev.weft.core.state.StateManifest;
import dev.weft.core.tensor.TensorMap;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientReply.Reason;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.FromClient;
import dev.weft.protocol.RoundId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A client that is asked, by hand, how well states do. */
class ExaminerTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(
          "ExaminerTest",
          ManualTime.config()
              .withFallback(
                  ConfigFactory.parseString(
                      "pekko.actor.testkit.typed.single-expect-default = 30s")));
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final RoundId ID = RoundId.measuring("run", 2);
  private static final AnswerCounts COUNTS = new AnswerCounts(4, 4, 3, 2.5);
  private static final AdapterTarget TARGET =
      AdapterTarget.of(
          List.of(new AdapterTarget.Layer("query", 4, 3)), new AdapterTarget.Head(2, 4));
  private static final ChainAdapter FORM = ChainAdapter.lora(2, 2);

  private final TestProbe<FromClient> coordinator = KIT.createTestProbe(FromClient.class);
  private final ManualTime time = ManualTime.get(KIT.system());
  private final TestTransfer transfer = new TestTransfer();
  private final Deque<Runnable> queue = new ConcurrentLinkedDeque<>();
  private final List<Adapter> measured = new ArrayList<>();
  private final List<List<SideDelta>> logs = new ArrayList<>();
  private final Measurer measurer =
      (adapter, sideDeltas) -> {
        measured.add(adapter);
        logs.add(sideDeltas);
        return COUNTS;
      };

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  /** A client that is at work on the question. */
  private ActorRef<ClientSession.Command> asked(GlobalState state, Executor executor) {
    give(state);
    ActorRef<ClientSession.Command> client = client(Losses.SHARE, Optional.of(measurer), executor);
    client.tell(question(state));
    expect(ClientReply.Waiting.class);
    return client;
  }

  @Test
  void theWholeStateIsMeasuredAndItsDigestIsSaid() {
    GlobalState state = state(7);
    give(state);

    client(Losses.SHARE, Optional.of(measurer), Runnable::run).tell(question(state));

    expect(ClientReply.Waiting.class);
    assertThat(expect(ClientReply.Measured.class))
        .isEqualTo(new ClientReply.Measured(ID, StateManifest.of(state).digest(), COUNTS));
    assertThat(measured).containsExactly(state.adapter());
    assertThat(logs).containsExactly(state.sideDeltas());
  }

  @Test
  void askedAgainItSaysItAgainWithoutMeasuringAnew() {
    GlobalState state = state(7);
    ActorRef<ClientSession.Command> client = asked(state, Runnable::run);
    ClientReply.Measured answer = expect(ClientReply.Measured.class);

    client.tell(question(state));

    assertThat(expect(ClientReply.Measured.class)).isEqualTo(answer);
    assertThat(measured).hasSize(1);
  }

  @Test
  void askedAgainWhileItMeasuresItGoesOnAndAnswersWhoeverAskedLast() {
    GlobalState state = state(7);
    ActorRef<ClientSession.Command> client = asked(state, queue::add);
    TestProbe<FromClient> back = KIT.createTestProbe(FromClient.class);
    client.tell(question(state, ID, back.ref()));
    assertThat(back.receiveMessage().reply()).isEqualTo(new ClientReply.Waiting(ID));

    work();

    assertThat(back.receiveMessage().reply()).isInstanceOf(ClientReply.Measured.class);
    assertThat(measured).hasSize(1);
    coordinator.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aNewerStateReplacesTheOlder() {
    GlobalState older = state(7);
    GlobalState newer = state(8);
    give(older);
    give(newer);
    ActorRef<ClientSession.Command> client =
        client(Losses.SHARE, Optional.of(measurer), queue::add);
    client.tell(question(older));
    expect(ClientReply.Waiting.class);
    RoundId next = RoundId.measuring("run", 3);
    client.tell(question(newer, next, coordinator.ref()));
    expect(ClientReply.Waiting.class);

    work();
    work();

    assertThat(expect(ClientReply.Measured.class).id()).isEqualTo(next);
    assertThat(measured).containsExactly(newer.adapter());
    coordinator.expectNoMessage(Duration.ZERO);
  }

  @Test
  void whatNobodyWaitsForAnyMoreIsNotMeasured() {
    GlobalState state = state(7);
    ActorRef<ClientSession.Command> client = asked(state, queue::add);

    client.tell(new ClientSession.TooLate(ID));
    client.tell(question(state, RoundId.measuring("run", 9), coordinator.ref()));
    expect(ClientReply.Waiting.class);
    work();
    work();

    assertThat(expect(ClientReply.Measured.class).id().round()).isEqualTo(9);
    assertThat(measured).hasSize(1);
  }

  @Test
  void aSiteAtWorkSaysThatItIsThere() {
    GlobalState state = state(7);
    client(Losses.SHARE, Optional.of(measurer), Runnable::run).tell(question(state));
    expect(ClientReply.Waiting.class);

    for (int i = 0; i < 4; i++) {
      time.timePasses(PATIENCE.dividedBy(3));
      expect(ClientReply.Waiting.class);
    }
    give(state);

    expect(ClientReply.Measured.class);
  }

  @Test
  void aSiteWithoutHeldOutExamplesSaysSoAndFetchesNothing() {
    client(Losses.SHARE, Optional.empty(), Runnable::run).tell(question(state(7)));

    ClientReply.NotMeasured answer = expect(ClientReply.NotMeasured.class);
    assertThat(answer.reason()).isEqualTo(Reason.NO_EXAMPLES);
    assertThat(answer.state()).isEqualTo(StateManifest.of(state(7)).digest());
    assertThat(transfer.asked()).isEmpty();
  }

  @Test
  void aSiteThatKeepsItsFiguresMeasuresNothing() {
    client(Losses.WITHHOLD, Optional.of(measurer), Runnable::run).tell(question(state(7)));

    assertThat(expect(ClientReply.NotMeasured.class).reason()).isEqualTo(Reason.WITHHELD);
    assertThat(measured).isEmpty();
    assertThat(transfer.asked()).isEmpty();
  }

  /** What it answers for is what its digest says. */
  @Test
  void aStateThatIsNotWhatItsDigestSaysIsNotMeasured() {
    GlobalState state = state(7);
    give(state);
    ClientSession.Measure honest = question(state);
    client(Losses.SHARE, Optional.of(measurer), Runnable::run)
        .tell(
            new ClientSession.Measure(
                ID,
                Digest.of(new byte[] {1}),
                honest.form(),
                honest.pieces(),
                PATIENCE,
                coordinator.ref()));

    expect(ClientReply.Waiting.class);
    assertThat(expect(ClientReply.NotMeasured.class).sentence())
        .contains("the state to measure has digest");
    assertThat(measured).isEmpty();
  }

  @Test
  void whatCannotBeFetchedIsNamed() {
    GlobalState state = state(7);
    StateManifest.of(state)
        .pieces()
        .forEach(
            piece ->
                transfer.refuse(
                    piece.artifact().digest(), new IllegalStateException("the line is dead")));

    client(Losses.SHARE, Optional.of(measurer), Runnable::run).tell(question(state));

    expect(ClientReply.Waiting.class);
    assertThat(expect(ClientReply.NotMeasured.class).sentence()).contains("the line is dead");
  }

  @Test
  void countsThatCannotBeStayHere() {
    GlobalState state = state(7);
    give(state);
    Measurer diverged = (adapter, sideDeltas) -> new AnswerCounts(4, 4, 0, Double.NaN);

    client(Losses.SHARE, Optional.of(diverged), Runnable::run).tell(question(state));

    expect(ClientReply.Waiting.class);
    ClientReply.NotMeasured answer = expect(ClientReply.NotMeasured.class);
    assertThat(answer.reason()).isEqualTo(Reason.FAILED);
    assertThat(answer.sentence()).contains("the loss is NaN");
  }

  @Test
  void aMeasurementThatFailsIsNamedAndTheNextIsTried() {
    GlobalState state = state(7);
    give(state);
    List<Integer> tries = new ArrayList<>();
    Measurer failing =
        (adapter, sideDeltas) -> {
          tries.add(1);
          throw new IllegalStateException("out of memory");
        };
    ActorRef<ClientSession.Command> client =
        client(Losses.SHARE, Optional.of(failing), Runnable::run);
    client.tell(question(state));
    expect(ClientReply.Waiting.class);
    assertThat(expect(ClientReply.NotMeasured.class).sentence()).contains("out of memory");

    client.tell(question(state));

    expect(ClientReply.Waiting.class);
    expect(ClientReply.NotMeasured.class);
    assertThat(tries).hasSize(2);
  }

  @Test
  void aProcessThatEndsAnswersNoMore() {
    GlobalState state = state(7);
    give(state);
    client(
            Losses.SHARE,
            Optional.of(measurer),
            task -> {
              throw new RejectedExecutionException("shut down");
            })
        .tell(question(state));

    expect(ClientReply.Waiting.class);
    assertThat(expect(ClientReply.NotMeasured.class).reason()).isEqualTo(Reason.FAILED);
  }

  private void work() {
    while (queue.isEmpty()) {
      Thread.onSpinWait();
    }
    queue.remove().run();
  }

  private <R extends ClientReply> R expect(Class<R> kind) {
    FromClient said = coordinator.receiveMessage();
    assertThat(said.client()).isEqualTo("a");
    assertThat(said.reply()).isInstanceOf(kind);
    return kind.cast(said.reply());
  }

  private ActorRef<ClientSession.Command> client(
      Losses losses, Optional<Measurer> own, Executor executor) {
    return KIT.spawn(
        Client.create(
            new ClientSetup(
                "a",
                TARGET,
                Digest.of(new byte[] {1}),
                SmallSteps.examples(10),
                new Pieces(),
                transfer,
                new MemoryStore(),
                SmallSteps.moving(),
                ClientSetup.ANY_UPLOAD,
                losses,
                own,
                TrainingShelf.NONE,
                executor)));
  }

  private ClientSession.Measure question(GlobalState state) {
    return question(state, ID, coordinator.ref());
  }

  private static ClientSession.Measure question(
      GlobalState state, RoundId id, ActorRef<FromClient> replyTo) {
    StateManifest manifest = StateManifest.of(state);
    return new ClientSession.Measure(
        id, manifest.digest(), manifest.form(), manifest.pieces(), PATIENCE, replyTo);
  }

  private void give(GlobalState state) {
    for (Part part : List.of(Part.A, Part.B)) {
      transfer.give(PieceCodec.part(state.adapter(), part));
    }
    for (SideDelta delta : state.sideDeltas()) {
      Content content = PieceCodec.sideDelta(delta, TARGET);
      transfer.give(content);
    }
  }

  /** Two parts to fetch, a head to derive, and one entry of the log. */
  private static GlobalState state(long seed) {
    SeededRandom random = new Seed(seed).random();
    Adapter adapter = Adapter.zeros(FORM, TARGET);
    for (Part part : List.of(Part.A, Part.B)) {
      TensorMap values =
          adapter
              .part(part)
              .map((name, tensor) -> SmallSteps.random(random, 1, tensor.shapeArray()));
      adapter = adapter.with(values);
    }
    Map<Part, Origin> origins = new EnumMap<>(Part.class);
    origins.put(Part.A, new Origin.Fetched());
    origins.put(Part.B, new Origin.Fetched());
    origins.put(Part.HEAD, new Origin.Zeros());
    LowRank delta =
        new LowRank(SmallSteps.random(random, 1, 4, 1), SmallSteps.random(random, 1, 1, 3));
    return GlobalState.initial(adapter, origins).withSideDelta(new SideDelta(0, List.of(delta)));
  }
}
