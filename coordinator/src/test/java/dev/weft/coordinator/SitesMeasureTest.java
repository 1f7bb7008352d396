package dev.weft.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.Digest;
import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.Metric;
import dev.weft.core.metrics.SitesEvaluation;
import dev.weft.core.state.StateManifest;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientReply.Reason;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.RoundId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.actor.Kill;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Whole runs whose sites are asked how well states do; time passes only when a test says so. */
class SitesMeasureTest {
  private static final ActorTestKit KIT = TestFederation.kit("SitesMeasureTest");
  private static final AnswerCounts COUNTS = new AnswerCounts(10, 10, 9, 5);
  private static final Evaluation OWN = Evaluation.classification(0.5, 0.5, 0.5, 10);

  private final ManualTime time = ManualTime.get(KIT.system());
  private final TestFederation federation = new TestFederation(KIT);
  private final TestProbe<RunEvent> events = KIT.createTestProbe(RunEvent.class);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void aCoordinatorWithoutHeldOutExamplesMeasuresNothingAndThatIsNoFailure() {
    Puppet a = puppet("a", 0.5f);
    start(run("bare", 1, Optional.empty(), false, a));

    assertThat(events.receiveMessage()).isInstanceOf(RunEvent.RunStarted.class);
    assertThat(events.receiveMessage()).isEqualTo(new RunEvent.RoundStarted(1, 1, List.of("a")));
    a.accept();
    a.deliver(a.train());
    assertThat(events.receiveMessage()).isInstanceOf(RunEvent.ClientDelivered.class);
    assertThat(events.receiveMessage()).isInstanceOf(RunEvent.RoundCommitted.class);
    assertThat(events.receiveMessage())
        .isInstanceOfSatisfying(
            RunEvent.RunEnded.class,
            ended -> assertThat(ended.outcome()).isEqualTo(new RunOutcome.Completed()));
  }

  @Test
  void everyCommittedStateIsMeasuredAtTheSitesTheLastOneToo() {
    Puppet a = puppet("a", 0.5f);
    Puppet b = puppet("b", 0.25f);
    TestRun run = run("whole", 1, Optional.empty(), true, b, a);
    start(run);

    ClientSession.Measure start = question(a);
    assertThat(start.id()).isEqualTo(RoundId.measuring("whole", 0));
    assertThat(start.state()).isEqualTo(StateManifest.of(run.spec().initial()).digest());
    assertThat(start.pieces()).isEqualTo(StateManifest.of(run.spec().initial()).pieces());
    answer(a, start, COUNTS);
    answer(b, question(b), new AnswerCounts(30, 30, 15, 45));
    RunEvent.EvaluatedAtSites first = next(RunEvent.EvaluatedAtSites.class);
    assertThat(first.round()).isZero();
    assertThat(first.evaluation().pooled().orElseThrow().mean())
        .isEqualTo(new Evaluation(1.25, Map.of(Metric.ACCURACY, 0.6), 40));

    playRound(a, b);
    Digest committed = next(RunEvent.RoundCommitted.class).state();
    ClientSession.Measure last = question(a);
    assertThat(last.id()).isEqualTo(RoundId.measuring("whole", 1));
    assertThat(last.state()).isEqualTo(committed).isNotEqualTo(start.state());
    answer(b, question(b), COUNTS);
    answer(a, last, COUNTS);

    assertThat(next(RunEvent.EvaluatedAtSites.class).round()).isEqualTo(1);
    assertThat(next(RunEvent.RunEnded.class).outcome()).isEqualTo(new RunOutcome.Completed());
  }

  /** The state is what the round made it, whoever measures it and however that ends. */
  @Test
  void theBitsOfARunDoNotDependOnItsMeasurements() {
    Puppet asked = puppet("a", 0.5f);
    start(run("asked", 1, Optional.empty(), true, asked));
    answer(asked, question(asked), COUNTS);
    playRound(asked);
    answer(asked, question(asked), COUNTS);
    Digest measured = StateManifest.of(next(RunEvent.RunEnded.class).lastGood()).digest();

    Puppet unasked = puppet("a", 0.5f);
    start(run("unasked", 1, Optional.of(OWN), false, unasked));
    playRound(unasked);

    assertThat(StateManifest.of(next(RunEvent.RunEnded.class).lastGood()).digest())
        .isEqualTo(measured);
  }

  @Test
  void theRoundGoesOnWhenBothTheCoordinatorAndTheSitesHaveMeasured() {
    Puppet a = puppet("a", 0.5f);
    CompletableFuture<Evaluation> own = new CompletableFuture<>();
    start(
        new TestRun(
            spec("both", 1, a),
            new RunFacilities(
                sessions(a), federation.desk(), Optional.of(state -> own), true, Runnable::run)));
    answer(a, question(a), COUNTS);
    assertThat(next(RunEvent.EvaluatedAtSites.class).round()).isZero();
    a.probe().expectNoMessage();

    own.complete(OWN);

    assertThat(next(RunEvent.Evaluated.class).evaluation()).isEqualTo(OWN);
    a.accept();
  }

  @Test
  void aSiteThatIsSilentOnlyLessensTheMeasurement() {
    Puppet a = puppet("a", 0.5f);
    Puppet b = puppet("b", 0.25f);
    start(run("silent", 1, Optional.empty(), true, a, b));
    answer(a, question(a), COUNTS);
    question(b);

    time.timePasses(TestFederation.OFFER);

    SitesEvaluation first = next(RunEvent.EvaluatedAtSites.class).evaluation();
    assertThat(first.pooled().orElseThrow().sites()).containsExactly("a");
    assertThat(first.missing()).isEqualTo(Map.of("b", SurveyRules.SILENT));
    playRound(a, b);
    assertThat(next(RunEvent.RoundCommitted.class).metrics().clients()).isEqualTo(2);
  }

  @Test
  void aSiteAtWorkIsWaitedForAndNoLongerThanTheWholeMayTake() {
    Puppet a = puppet("a", 0.5f);
    start(run("working", 1, Optional.empty(), true, a));
    ClientSession.Measure question = question(a);
    next(RunEvent.RunStarted.class);
    RoundId other = RoundId.measuring("working", 7);
    Duration passed = Duration.ZERO;
    while (passed.compareTo(TestFederation.EVALUATION) < 0) {
      a.say(question.replyTo(), new ClientReply.Waiting(question.id()));
      a.say(question.replyTo(), new ClientReply.Waiting(other));
      assertThat(a.probe().expectMessageClass(ClientSession.TooLate.class).id()).isEqualTo(other);
      time.timePasses(TestFederation.SILENCE.dividedBy(2));
      passed = passed.plus(TestFederation.SILENCE.dividedBy(2));
    }

    assertThat(next(RunEvent.EvaluatedAtSites.class).evaluation().missing())
        .isEqualTo(Map.of("a", SurveyRules.TOO_LATE));
    a.accept();
  }

  @Test
  void anAnswerThatComesTooLateIsToldSoAndChangesNothing() {
    Puppet a = puppet("a", 0.5f);
    start(run("late", 1, Optional.empty(), true, a));
    ClientSession.Measure question = question(a);
    time.timePasses(TestFederation.OFFER);
    next(RunEvent.EvaluatedAtSites.class);
    ClientSession.Offer offer = a.offer();

    a.say(question.replyTo(), measured(question, COUNTS));

    assertThat(a.probe().expectMessageClass(ClientSession.TooLate.class).id())
        .isEqualTo(question.id());
    a.say(offer.replyTo(), new ClientReply.Accepted(offer.id()));
    a.deliver(a.train());
    assertThat(next(RunEvent.RoundCommitted.class).metrics().clients()).isEqualTo(1);
  }

  /** It may be another process that knows nothing of the question. */
  @Test
  void aSiteThatComesBackIsAskedOnceMore() {
    Puppet a = puppet("a", 0.5f);
    TestProbe<ClientSession.Command> before = KIT.createTestProbe();
    ActorRef<Sessions.Message> sessions = KIT.spawn(Sessions.create());
    sessions.tell(new Sessions.Join("a", before.ref()));
    start(
        new TestRun(
            spec("back", 1, a),
            new RunFacilities(sessions, federation.desk(), Optional.empty(), true, Runnable::run)));
    ClientSession.Measure question = before.expectMessageClass(ClientSession.Measure.class);

    sessions.tell(new Sessions.Join("a", a.probe().ref()));

    ClientSession.Measure again = question(a);
    assertThat(again.id()).isEqualTo(question.id());
    assertThat(again.state()).isEqualTo(question.state());
    answer(a, again, COUNTS);
    assertThat(next(RunEvent.EvaluatedAtSites.class).evaluation().pooled()).isPresent();
  }

  @Test
  void whoHasNothingToMeasureOnIsAskedOnceAndNobodyHearsOfIt() {
    Puppet a = puppet("a", 0.5f);
    start(run("nothing", 1, Optional.empty(), true, a));
    ClientSession.Measure question = question(a);
    a.say(
        question.replyTo(),
        new ClientReply.NotMeasured(
            question.id(), question.state(), Reason.NO_EXAMPLES, "no examples"));

    playRound(a);

    assertThat(events.receiveMessage()).isInstanceOf(RunEvent.RunStarted.class);
    assertThat(events.receiveMessage()).isInstanceOf(RunEvent.RoundStarted.class);
    assertThat(events.receiveMessage()).isInstanceOf(RunEvent.ClientDelivered.class);
    assertThat(events.receiveMessage()).isInstanceOf(RunEvent.RoundCommitted.class);
    assertThat(events.receiveMessage()).isInstanceOf(RunEvent.RunEnded.class);
  }

  @Test
  void aRunThatIsStartedAgainAsksAgainWhatItDoesNotKnowAndNothingElse() {
    Puppet a = puppet("a", 0.5f);
    TestRun run = run("again", 1, Optional.empty(), true, a);
    ActorRef<Run.Command> first = start(run);
    answer(a, question(a), COUNTS);
    next(RunEvent.EvaluatedAtSites.class);
    playRound(a);
    ClientSession.Measure unanswered = question(a);
    KIT.stop(first);
    next(RunEvent.RunEnded.class);

    start(run);

    ClientSession.Measure again = question(a);
    assertThat(again.state()).isEqualTo(unanswered.state());
    assertThat(next(RunEvent.Resumed.class).told())
        .extracting(Object::getClass)
        .containsExactly(
            RunEvent.RunStarted.class,
            RunEvent.EvaluatedAtSites.class,
            RunEvent.RoundCommitted.class);
    answer(a, again, COUNTS);
    assertThat(next(RunEvent.RunEnded.class)).isNotNull();
  }

  @Test
  void aCrashWhileTheSitesAreAskedCostsOnlyTheMeasurement() {
    Puppet a = puppet("a", 0.5f);
    start(run("crash", 1, Optional.empty(), true, a));
    ClientSession.Measure question = question(a);

    kill(question.replyTo().path().parent());

    assertThat(next(RunEvent.EvaluatedAtSites.class).evaluation().missing()).containsOnlyKeys("a");
    playRound(a);
    question(a);
    time.timePasses(TestFederation.OFFER);
    assertThat(next(RunEvent.RunEnded.class).outcome()).isEqualTo(new RunOutcome.Completed());
  }

  @Test
  void theLossOfSitesThatKeepItToThemselvesIsNotCounted() {
    Puppet a = puppet("a", 0.5f);
    Puppet b = puppet("b", 0.25f);
    start(run("losses", 1, Optional.empty(), false, a, b));
    a.accept();
    b.accept();
    a.deliver(a.train());
    FakeClient.deliverWithoutLoss("b", 0.25f, b.train(), b.transfer());

    assertThat(next(RunEvent.RoundCommitted.class).metrics().trainLoss()).isEqualTo(0.5);
  }

  private Puppet puppet(String name, float step) {
    return Puppet.create(KIT, federation, name, step);
  }

  private TestRun run(
      String name, int rounds, Optional<Evaluation> own, boolean asksSites, Puppet... puppets) {
    return new TestRun(
        spec(name, rounds, puppets),
        new RunFacilities(
            sessions(puppets),
            federation.desk(),
            own.map(one -> state -> CompletableFuture.completedFuture(one)),
            asksSites,
            Runnable::run));
  }

  private static RunSpec spec(String name, int rounds, Puppet... puppets) {
    List<Site> sites = List.of(puppets).stream().map(one -> one.member().site()).toList();
    return TestFederation.spec(
        name, TestFederation.method("fedit"), rounds, 1, FakeClient.EXAMPLES, sites);
  }

  private ActorRef<Sessions.Message> sessions(Puppet... puppets) {
    ActorRef<Sessions.Message> sessions = KIT.spawn(Sessions.create());
    for (Puppet puppet : puppets) {
      sessions.tell(new Sessions.Join(puppet.name(), puppet.probe().ref()));
    }
    return sessions;
  }

  private ActorRef<Run.Command> start(TestRun run) {
    return KIT.spawn(run.behavior(events.getRef()::tell));
  }

  private static void playRound(Puppet... puppets) {
    for (Puppet puppet : puppets) {
      puppet.accept();
    }
    for (Puppet puppet : puppets) {
      puppet.deliver(puppet.train());
      puppet.probe().expectMessageClass(ClientSession.Received.class);
    }
  }

  private static ClientSession.Measure question(Puppet puppet) {
    return puppet.probe().expectMessageClass(ClientSession.Measure.class);
  }

  private static void answer(Puppet puppet, ClientSession.Measure question, AnswerCounts counts) {
    puppet.say(question.replyTo(), measured(question, counts));
  }

  private static ClientReply measured(ClientSession.Measure question, AnswerCounts counts) {
    return new ClientReply.Measured(question.id(), question.state(), counts);
  }

  private <E extends RunEvent> E next(Class<E> kind) {
    while (true) {
      RunEvent event = events.receiveMessage();
      if (kind.isInstance(event)) {
        return kind.cast(event);
      }
      assertThat(event).isNotInstanceOf(RunEvent.RunEnded.class);
    }
  }

  /** As an error in the actor would; returns when it is dead. */
  private static void kill(ActorPath path) {
    org.apache.pekko.actor.ActorRef actor =
        Adapter.toClassic(KIT.system())
            .actorSelection(path)
            .resolveOne(Duration.ofSeconds(30))
            .toCompletableFuture()
            .join();
    TestProbe<Object> watcher = KIT.createTestProbe();
    actor.tell(Kill.getInstance(), org.apache.pekko.actor.ActorRef.noSender());
    watcher.expectTerminated(Adapter.toTyped(actor), Duration.ofSeconds(30));
  }
}
