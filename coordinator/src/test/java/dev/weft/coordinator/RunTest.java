package dev.weft.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.coordinator.FakeClient.Manner;
import dev.weft.core.Digest;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.artifact.DirectoryStore;
import dev.weft.core.config.RoundConfig;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.state.StateManifest;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.update.RingVector;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.actor.Kill;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs with clients of every manner; time passes only when a test says so. */
class RunTest {
  private static final ActorTestKit KIT = TestFederation.kit("RunTest");

  private final ManualTime time = ManualTime.get(KIT.system());
  private final TestFederation federation = new TestFederation(KIT);
  private final TestProbe<RunEvent> events = KIT.createTestProbe(RunEvent.class);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void aRunCommitsItsRoundsAndEndsWithTheMeanOfItsClients() {
    TestRun run = federation.run("whole", 2, 2, members(site("b", 0.25f), site("a", 0.5f)));

    start(run);

    assertThat(events.receiveMessage())
        .isEqualTo(new RunEvent.RunStarted(digest(run.spec().initial())));
    assertThat(events.receiveMessage()).isEqualTo(evaluated(run.spec().initial()));
    assertThat(events.receiveMessage())
        .isEqualTo(new RunEvent.RoundStarted(1, 1, List.of("a", "b")));
    RoundMetrics metrics = next(RunEvent.RoundCommitted.class).metrics();
    assertThat(metrics.round()).isEqualTo(1);
    assertThat(metrics.clients()).isEqualTo(2);
    assertThat(metrics.examples()).isEqualTo(20);
    assertThat(metrics.examplesProcessed()).isEqualTo(40);
    assertThat(metrics.trainLoss()).isEqualTo(0.375);
    assertThat(next(RunEvent.Evaluated.class).round()).isEqualTo(1);
    assertThat(next(RunEvent.RoundCommitted.class).metrics().round()).isEqualTo(2);
    RunEvent.Evaluated last = next(RunEvent.Evaluated.class);
    RunEvent.RunEnded ended = next(RunEvent.RunEnded.class);
    assertThat(ended.outcome()).isEqualTo(new RunOutcome.Completed());
    assertThat(ended.lastGood().round()).isEqualTo(2);
    assertThat(last).isEqualTo(evaluated(ended.lastGood()));
    assertMoved(run.spec().initial(), ended.lastGood(), 2 * 0.375);
  }

  @Test
  void bytesUpAreTheEncodedUpdates() {
    TestRun run = federation.run("bytes", 1, 2, members(site("a", 0.1f), site("b", 0.2f)));
    long scalars = run.spec().initial().adapter().trained().elements();

    start(run);

    assertThat(next(RunEvent.RoundCommitted.class).metrics().bytesUp())
        .isEqualTo(2 * (16 + RingVector.bytes(run.spec().encoding().bits(), scalars + 1)));
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"HONEST", "UPLOADS_TWICE"})
  void aMisbehavingClientIsNamedAndTheResultIsThatOfTheOthers(Manner manner) {
    Digest without =
        digestOf(
            federation.run("without-" + manner, 1, 2, members(site("a", 0.5f), site("c", 0.25f))));

    start(
        federation.run(
            "with-" + manner,
            1,
            2,
            members(site("a", 0.5f), site("b", manner, 0.125f), site("c", 0.25f))));
    RunEvent.ClientDropped dropped = next(RunEvent.ClientDropped.class);

    assertThat(dropped.client()).isEqualTo("b");
    assertThat(dropped.sentence())
        .startsWith("b: ")
        .contains("round 1 goes on with 2 of 3 clients (W-0");
    assertThat(digest(next(RunEvent.RunEnded.class).lastGood())).isEqualTo(without);
  }

  @Test
  void anUploadSentTwiceCountsOnce() {
    Digest once =
        digestOf(federation.run("once", 1, 2, members(site("a", 0.5f), site("b", 0.25f))));

    Digest twice =
        digestOf(
            federation.run(
                "twice", 1, 2, members(site("a", 0.5f), site("b", Manner.UPLOADS_TWICE, 0.25f))));

    assertThat(twice).isEqualTo(once);
  }

  @Test
  void aRunWithoutEnoughClientsFailsAndKeepsItsLastGoodState() {
    TestRun run =
        federation.run("too-few", 1, 2, members(site("a", 0.5f), site("b", Manner.FAILS, 0.25f)));

    start(run);

    RunEvent.RunEnded ended = next(RunEvent.RunEnded.class);
    assertThat(ended.outcome())
        .isEqualTo(
            new RunOutcome.Failed(
                "round 1: 1 of 2 clients are left, 2 are needed; the last one lost was b: out of"
                    + " memory (W-0234) (W-0301)"));
    assertThat(ended.lastGood()).isEqualTo(run.spec().initial());
  }

  @Test
  void aRoundThatFailsIsTriedAgainAfterAPauseAndTheResultIsTheSame() {
    Digest unharmed = digestOf(federation.run("unharmed", 2, 1, members(site("a", 0.5f))));
    Puppet a = Puppet.create(KIT, federation, "a", 0.5f);
    start(trying(3, federation.run("tried-again", 2, 1, members(a.member()))));

    a.decline();
    RunEvent.RoundFailed failed = next(RunEvent.RoundFailed.class);
    time.expectNoMessageFor(TestFederation.RETRY.minusMillis(1), a.probe());
    time.timePasses(Duration.ofMillis(1));
    a.decline();
    next(RunEvent.RoundFailed.class);
    time.expectNoMessageFor(TestFederation.RETRY.multipliedBy(2).minusMillis(1), a.probe());
    time.timePasses(Duration.ofMillis(1));
    a.accept();
    a.deliver(a.train());
    a.probe().expectMessageClass(ClientSession.Received.class);
    a.accept();
    a.deliver(a.train());

    assertThat(failed.round()).isEqualTo(1);
    assertThat(failed.sentence()).startsWith("round 1: 0 of 1 clients are left");
    RunEvent.RunEnded ended = next(RunEvent.RunEnded.class);
    assertThat(ended.outcome()).isEqualTo(new RunOutcome.Completed());
    assertThat(digest(ended.lastGood())).isEqualTo(unharmed);
  }

  @Test
  void aRoundThatKeepsFailingEndsTheRunAndAFreshStartTriesAsOftenAgain() {
    Puppet a = Puppet.create(KIT, federation, "a", 0.5f);
    TestRun run = trying(2, federation.run("keeps-failing", 1, 1, members(a.member())));
    for (int i = 0; i < 2; i++) {
      start(run);
      a.decline();
      next(RunEvent.RoundFailed.class);
      time.timePasses(TestFederation.RETRY);
      a.decline();
      assertThat(next(RunEvent.RunEnded.class).outcome()).isInstanceOf(RunOutcome.Failed.class);
    }

    start(run);
    a.accept();
    a.deliver(a.train());
    assertThat(next(RunEvent.RunEnded.class).outcome()).isEqualTo(new RunOutcome.Completed());
  }

  @Test
  void stoppingEndsARunThatRestsBeforeItTriesAgain() {
    Puppet a = Puppet.create(KIT, federation, "a", 0.5f);
    ActorRef<Run.Command> run =
        start(trying(2, federation.run("stopped-at-rest", 1, 1, members(a.member()))));
    a.decline();
    next(RunEvent.RoundFailed.class);

    run.tell(new Run.Stop());

    assertThat(next(RunEvent.RunEnded.class).outcome()).isEqualTo(new RunOutcome.Stopped());
  }

  /** As often as a round may be tried. */
  private static TestRun trying(int attempts, TestRun run) {
    RoundConfig round = run.spec().round();
    return run.with(
        new RoundConfig(
            round.fraction(),
            round.minClients(),
            round.maxExamples(),
            Optional.of(attempts),
            round.retryDelay(),
            round.offerDeadline(),
            round.progressDeadline(),
            round.aggregationDeadline(),
            round.evaluationDeadline()),
        run.spec().initial(),
        run.spec().settings());
  }

  @Test
  void aClientThatComesLateIsAskedWhenItComes() {
    Puppet a = Puppet.create(KIT, federation, "a", 0.5f);
    TestRun run = federation.run("comes-late", 1, 1, members(a.member()));
    ActorRef<Sessions.Message> empty = KIT.spawn(Sessions.create());
    start(run.reachedAt(empty));
    next(RunEvent.RoundStarted.class);
    a.probe().expectNoMessage(Duration.ZERO);

    empty.tell(new Sessions.Join("a", a.probe().getRef()));
    a.accept();
    a.deliver(a.train());

    assertThat(next(RunEvent.RunEnded.class).outcome()).isEqualTo(new RunOutcome.Completed());
  }

  /** As a site does whose process died and was started again. */
  @Test
  void aClientThatComesBackAsAnotherProcessTrainsFromTheOffer() {
    Puppet before = Puppet.create(KIT, federation, "a", 0.5f);
    Puppet after = Puppet.create(KIT, federation, "a", 0.5f);
    TestRun run = federation.run("comes-back", 1, 1, members(before.member()));
    start(run);
    before.accept();
    before.train();

    run.facilities().sessions().tell(new Sessions.Join("a", after.probe().getRef()));
    after.accept();
    after.deliver(after.train());

    after.probe().expectMessageClass(ClientSession.Received.class);
    before.probe().expectNoMessage(Duration.ZERO);
    assertThat(next(RunEvent.RunEnded.class).outcome()).isEqualTo(new RunOutcome.Completed());
  }

  @Test
  void stoppingReleasesTheClientsAndTheSameRunGoesOnLater() {
    Puppet held = Puppet.create(KIT, federation, "b", 0.25f);
    List<Member> honest = members(site("a", 0.5f), site("b", 0.25f));
    ActorRef<Run.Command> run =
        start(
            federation.run(
                "stopped", 2, 2, members(honest.get(0), held.member()), TestFederation.EVALUATOR));
    held.offer();

    run.tell(new Run.Stop());

    assertThat(held.probe().expectMessageClass(ClientSession.Cancel.class).reason())
        .isEqualTo("the run was stopped");
    assertThat(next(RunEvent.RunEnded.class).outcome()).isEqualTo(new RunOutcome.Stopped());
    events.expectTerminated(run);

    TestRun whole = federation.run("never-stopped", 2, 2, honest);
    start(federation.run("stopped", 2, 2, honest, TestFederation.EVALUATOR));
    assertThat(next(RunEvent.RoundStarted.class).attempt()).isEqualTo(2);
    assertThat(digest(next(RunEvent.RunEnded.class).lastGood())).isEqualTo(digestOf(whole));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void stoppingWhileAStateIsMeasuredDeliversThatState(int round) {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    ActorRef<Run.Command> run =
        start(
            federation.run(
                "stop-late-" + round, 3, 1, members(site("a", 0.5f)), endlessFrom(round, asked)));
    asked.join();

    run.tell(new Run.Stop());

    RunEvent.RunEnded ended = next(RunEvent.RunEnded.class);
    assertThat(ended.outcome()).isEqualTo(new RunOutcome.Stopped());
    assertThat(ended.lastGood().round()).isEqualTo(round);
  }

  @Test
  void stoppingRightAfterACommitDeliversWhatWasCommitted() {
    CompletableFuture<ActorRef<Run.Command>> run = new CompletableFuture<>();
    run.complete(
        KIT.spawn(
            federation
                .run("stop-at-commit", 3, 1, members(site("a", 0.5f)))
                .behavior(
                    event -> {
                      if (event instanceof RunEvent.RoundCommitted) {
                        run.join().tell(new Run.Stop());
                      }
                      events.getRef().tell(event);
                    })));

    Digest committed = next(RunEvent.RoundCommitted.class).state();
    RunEvent.RunEnded ended = next(RunEvent.RunEnded.class);

    assertThat(ended.outcome()).isEqualTo(new RunOutcome.Stopped());
    assertThat(ended.lastGood().round()).isEqualTo(1);
    assertThat(digest(ended.lastGood())).isEqualTo(committed);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void aRunKilledAfterAnyEventEndsWithTheSameBytes(int seen) {
    List<Member> sites = members(site("a", 0.5f), site("b", 0.25f));
    Digest expected = digestOf(federation.run("unharmed-" + seen, 3, 2, sites));
    TestRun harmed = federation.run("killed-" + seen, 3, 2, sites);

    ActorRef<Run.Command> run = start(harmed);
    List<Integer> committed = new ArrayList<>();
    for (int i = 0; i < seen; i++) {
      if (events.receiveMessage() instanceof RunEvent.RoundCommitted commit) {
        committed.add(commit.metrics().round());
      }
    }
    KIT.stop(run);
    TestProbe<RunEvent> afterwards = KIT.createTestProbe(RunEvent.class);
    KIT.spawn(harmed.behavior(afterwards.getRef()::tell));

    RunEvent event = afterwards.receiveMessage();
    while (!(event instanceof RunEvent.RunEnded)) {
      assertThat(event).isNotInstanceOf(RunEvent.RunStarted.class);
      if (event instanceof RunEvent.RoundCommitted commit) {
        assertThat(committed).doesNotContain(commit.metrics().round());
        committed.add(commit.metrics().round());
      }
      event = afterwards.receiveMessage();
    }
    RunEvent.RunEnded ended = (RunEvent.RunEnded) event;
    assertThat(ended.outcome()).isEqualTo(new RunOutcome.Completed());
    assertThat(digest(ended.lastGood())).isEqualTo(expected);
  }

  @Test
  void aRunIsNotContinuedFromAnotherStart() {
    List<Member> sites = members(site("a", 0.5f), site("b", 0.25f));
    TestRun run = federation.run("same-name", 1, 2, sites);
    digestOf(run);
    GlobalState other =
        run.spec()
            .method()
            .init()
            .initialise(
                run.spec().method().adapter(),
                TestFederation.TARGET,
                run.spec().seed().of("other"),
                List.of());

    start(run.with(run.spec().round(), other, Map.of("training.batch-size", "16")));

    assertThat(next(RunEvent.RunEnded.class).outcome().toString())
        .contains("run same-name is not the one that was started: initial state was ")
        .contains("training.batch-size was 8 and is 16; set that back");
  }

  @Test
  void aStoppedRunIsNotContinuedWithAnotherMethod() {
    List<Member> sites = members(site("a", 0.5f));
    CompletableFuture<Void> asked = new CompletableFuture<>();
    ActorRef<Run.Command> run =
        start(
            federation.run(
                "method", "fedit", 2, 1, FakeClient.EXAMPLES, sites, endlessFrom(1, asked)));
    asked.join();
    run.tell(new Run.Stop());
    next(RunEvent.RunEnded.class);

    start(
        federation.run(
            "method", "lora-fair", 2, 1, FakeClient.EXAMPLES, sites, TestFederation.EVALUATOR));

    assertThat(next(RunEvent.RunEnded.class).outcome().toString())
        .startsWith("Refused")
        .contains("method.name was fedit and is lora-fair");
  }

  @Test
  void aFinishedRunDoesNotSayCompletedWhenMoreRoundsAreAsked() {
    List<Member> sites = members(site("a", 0.5f));
    digestOf(federation.run("rounds", 1, 1, sites, TestFederation.EVALUATOR));

    start(federation.run("rounds", 2, 1, sites, TestFederation.EVALUATOR));

    assertThat(next(RunEvent.RunEnded.class).outcome().toString())
        .contains("run.rounds was 1 and is 2");
  }

  @Test
  void aRunWithOtherSitesIsAnotherRun() {
    digestOf(federation.run("sites", 1, 1, members(site("a", 0.5f))));

    start(federation.run("sites", 1, 1, members(site("b", 0.5f))));

    assertThat(next(RunEvent.RunEnded.class).outcome().toString())
        .contains("sites was 1 with digest");
  }

  @Test
  void deadlinesMayChangeBetweenTwoStarts() {
    TestRun run = federation.run("deadlines", 1, 1, members(site("a", 0.5f)));
    Digest once = digestOf(run);
    RoundConfig round = run.spec().round();

    Digest again =
        digestOf(
            run.with(
                new RoundConfig(
                    round.fraction(),
                    round.minClients(),
                    round.maxExamples(),
                    Optional.of(4),
                    round.retryDelay().multipliedBy(2),
                    round.offerDeadline().multipliedBy(2),
                    round.progressDeadline().multipliedBy(3),
                    round.aggregationDeadline().multipliedBy(4),
                    round.evaluationDeadline().multipliedBy(5)),
                run.spec().initial(),
                run.spec().settings()));

    assertThat(again).isEqualTo(once);
  }

  @Test
  void aClientThatClaimsEverythingIsRefusedByNameAndNobodyElse() {
    start(
        federation.run(
            "claims",
            1,
            1,
            members(
                site("a", Manner.CLAIMS_TOO_MANY_EXAMPLES, 1),
                site("b", 0.25f),
                site("c", 0.25f))));

    assertThat(next(RunEvent.ClientDropped.class).sentence())
        .startsWith("a: update: weighs 11 examples where 1 to 10 are allowed (round.max-examples)");
    assertThat(next(RunEvent.RoundCommitted.class).metrics().clients()).isEqualTo(2);
  }

  @Test
  void whatAClientMayClaimIsAgreedBeforehand() {
    TestRun lavish = capped("lavish", FakeClient.EXAMPLES);
    TestRun strict = capped("strict", FakeClient.EXAMPLES - 1);

    digestOf(lavish);
    start(strict);

    assertThat(next(RunEvent.ClientDropped.class).sentence())
        .contains("weighs 10 examples where 1 to 9 are allowed (round.max-examples)");
  }

  private TestRun capped(String name, long examples) {
    return federation.run(
        name, "fedit", 1, 1, examples, members(site("a", 0.5f)), TestFederation.EVALUATOR);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void anEvaluationThatFailsIsAWarningAndTheRunGoesOn(int round) {
    TestRun run =
        federation.run(
            "no-evaluation-" + round,
            2,
            1,
            members(site("a", 0.5f)),
            state -> {
              if (state.round() == round) {
                throw new IllegalStateException("no test data");
              }
              return TestFederation.EVALUATOR.evaluate(state);
            });

    start(run);

    RunEvent.EvaluationFailed failed = next(RunEvent.EvaluationFailed.class);
    assertThat(failed.round()).isEqualTo(round);
    assertThat(failed.sentence()).contains("evaluation failed").contains("no test data");
    RunEvent.RunEnded ended = next(RunEvent.RunEnded.class);
    assertThat(ended.outcome()).isEqualTo(new RunOutcome.Completed());
    assertThat(ended.lastGood().round()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void anEvaluationThatNeverEndsHasADeadlineAndTheRunGoesOn(int round) {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    start(
        federation.run(
            "endless-evaluation-" + round,
            1,
            1,
            members(site("a", 0.5f)),
            endlessFrom(round, asked)));
    asked.join();

    time.timePasses(TestFederation.EVALUATION);

    RunEvent.EvaluationFailed failed = next(RunEvent.EvaluationFailed.class);
    assertThat(failed.round()).isEqualTo(round);
    assertThat(failed.sentence())
        .isEqualTo("it took longer than round.evaluation-deadline = 5m; raise it");
    if (round == 1) {
      assertThat(next(RunEvent.RunEnded.class).outcome()).isEqualTo(new RunOutcome.Completed());
    } else {
      assertThat(next(RunEvent.RoundCommitted.class).metrics().round()).isEqualTo(1);
    }
  }

  @Test
  void aMeasurementThatComesTooLateIsNoNews() {
    CompletableFuture<Evaluation> late = new CompletableFuture<>();
    Puppet held = Puppet.create(KIT, federation, "a", 0.5f);
    CompletableFuture<Void> asked = new CompletableFuture<>();
    start(
        federation.run(
            "late-evaluation",
            1,
            1,
            members(held.member()),
            state -> {
              if (state.round() > 0) {
                return TestFederation.EVALUATOR.evaluate(state);
              }
              asked.complete(null);
              return late;
            }));
    asked.join();
    time.timePasses(TestFederation.EVALUATION);
    next(RunEvent.EvaluationFailed.class);
    held.accept();

    late.complete(Evaluation.classification(1, 1, 1, 1));
    held.deliver(held.train());

    assertThat(next(RunEvent.Evaluated.class).round()).isEqualTo(1);
    assertThat(next(RunEvent.RunEnded.class).outcome()).isEqualTo(new RunOutcome.Completed());
  }

  @Test
  void aStoreThatFailsEndsTheRunWithItsSentence(@TempDir Path folder) throws IOException {
    TestFederation broken = new TestFederation(KIT, DirectoryStore.open(folder.resolve("store")));
    Files.delete(folder.resolve("store"));

    start(broken.run("disk-full", 1, 1, members(site("a", 0.5f))));

    assertThat(next(RunEvent.RunEnded.class).outcome())
        .isInstanceOfSatisfying(
            RunOutcome.Failed.class,
            failed -> assertThat(failed.reason()).contains("cannot be stored").contains("W-0305"));
  }

  @Test
  void aStoreThatIsTooSlowEndsTheRunWithTheKeyToRaise() {
    TestRun run = federation.run("slow-store", 1, 1, members(site("a", 0.5f)));
    CountDownLatch asked = new CountDownLatch(1);
    start(run.on(work -> asked.countDown()));
    awaitQuietly(asked);

    time.timePasses(TestFederation.SILENCE);

    assertThat(next(RunEvent.RunEnded.class).outcome().toString())
        .contains(
            "the state was not stored within round.aggregation-deadline = 1m; raise it (W-0305)");
  }

  @Test
  void aClientSilentAtTheOfferIsLeftBehind() {
    Puppet a = Puppet.create(KIT, federation, "a", 0.5f);
    Puppet b = Puppet.create(KIT, federation, "b", 0.25f);
    start(federation.run("silent-at-offer", 1, 1, members(a.member(), b.member())));
    a.accept();
    b.offer();

    time.timePasses(TestFederation.OFFER);
    assertThat(next(RunEvent.ClientDropped.class).sentence())
        .startsWith("b: did not answer the offer within round.offer-deadline");
    a.deliver(a.train());

    assertThat(next(RunEvent.RunEnded.class).outcome()).isEqualTo(new RunOutcome.Completed());
  }

  @Test
  void aClientSilentInTrainingIsDroppedAndItsLateUploadAnswered() {
    Puppet a = Puppet.create(KIT, federation, "a", 0.5f);
    Puppet b = Puppet.create(KIT, federation, "b", 0.25f);
    ActorRef<Run.Command> run =
        start(federation.run("silent-in-training", 2, 1, members(a.member(), b.member())));
    a.accept();
    b.accept();
    ClientSession.Train late = b.train();
    a.deliver(a.train());

    time.timePasses(TestFederation.SILENCE);
    assertThat(next(RunEvent.ClientDropped.class).sentence())
        .startsWith("b: gave no sign of life within round.progress-deadline");
    assertThat(next(RunEvent.RoundCommitted.class).metrics().clients()).isEqualTo(1);
    b.probe().expectMessageClass(ClientSession.Cancel.class);
    b.offer();
    b.deliver(late);

    assertThat(b.probe().expectMessageClass(ClientSession.TooLate.class).id()).isEqualTo(late.id());
    KIT.stop(run);
  }

  /** The sign of life waits in the mailbox while the deadline passes. */
  @Test
  void aDeadlineNeverBeatsASignOfLifeThatCameInTime() throws InterruptedException {
    Puppet a = Puppet.create(KIT, federation, "a", 0.5f);
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch held = new CountDownLatch(1);
    KIT.spawn(
        federation
            .run("in-time", 1, 1, members(a.member()))
            .behavior(
                event -> {
                  if (event instanceof RunEvent.ClientProgress) {
                    busy.countDown();
                    awaitQuietly(held);
                  }
                  events.getRef().tell(event);
                }));
    a.accept();
    ClientSession.Train train = a.train();
    a.say(train.replyTo(), new ClientReply.Progress(train.id(), 1, 2, OptionalDouble.of(0.5)));
    busy.await();

    a.say(train.replyTo(), new ClientReply.Waiting(train.id()));
    time.timePasses(TestFederation.SILENCE);
    held.countDown();
    a.deliver(train);

    assertThat(next(RunEvent.RunEnded.class).outcome()).isEqualTo(new RunOutcome.Completed());
  }

  /** Whoever has no memory of the round left still answers. */
  @Test
  void aMessageBetweenTwoRoundsIsTooLate() {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    Puppet a = Puppet.create(KIT, federation, "a", 0.5f);
    start(federation.run("between-rounds", 2, 1, members(a.member()), endlessFrom(1, asked)));
    a.accept();
    ClientSession.Train train = a.train();
    a.deliver(train);
    a.probe().expectMessageClass(ClientSession.Received.class);
    asked.join();

    a.deliver(train);

    assertThat(a.probe().expectMessageClass(ClientSession.TooLate.class).id())
        .isEqualTo(train.id());
  }

  @Test
  void aCrashBetweenTwoRoundsCostsTheRunNothing() {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    CompletableFuture<Evaluation> evaluation = new CompletableFuture<>();
    Puppet a = Puppet.create(KIT, federation, "a", 0.5f);
    start(
        federation.run(
            "late-crash",
            2,
            1,
            members(a.member()),
            state -> {
              if (state.round() != 1) {
                return TestFederation.EVALUATOR.evaluate(state);
              }
              asked.complete(null);
              return evaluation;
            }));
    a.accept();
    ClientSession.Train train = a.train();
    a.deliver(train);
    a.probe().expectMessageClass(ClientSession.Received.class);
    asked.join();

    kill(train.replyTo().path().parent());
    evaluation.complete(Evaluation.classification(1, 1, 1, 1));
    a.accept();
    a.deliver(a.train());

    assertThat(next(RunEvent.RunEnded.class).outcome()).isEqualTo(new RunOutcome.Completed());
  }

  @Test
  void aCrashWithinARoundEndsTheRunWithItsReason() {
    KIT.spawn(
        federation
            .run("crash", 1, 1, members(site("a", 0.5f)))
            .behavior(
                event -> {
                  if (event instanceof RunEvent.ClientDelivered) {
                    throw new IllegalStateException("the watcher is broken");
                  }
                  events.getRef().tell(event);
                }));

    assertThat(next(RunEvent.RunEnded.class).outcome().toString())
        .contains("round 1: ")
        .contains("the watcher is broken");
  }

  @Test
  void aClientThatKeepsReportingIsWaitedFor() {
    Puppet a = Puppet.create(KIT, federation, "a", 0.5f);
    start(federation.run("slow", 1, 1, members(a.member())));
    a.accept();
    ClientSession.Train train = a.train();

    for (int i = 1; i <= 5; i++) {
      time.timePasses(TestFederation.SILENCE.dividedBy(2));
      a.say(train.replyTo(), new ClientReply.Progress(train.id(), i, 5, OptionalDouble.of(0.5)));
      assertThat(next(RunEvent.ClientProgress.class).examplesDone()).isEqualTo(i);
    }
    a.deliver(train);

    assertThat(next(RunEvent.RunEnded.class).outcome()).isEqualTo(new RunOutcome.Completed());
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

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static RunEvent.Evaluated evaluated(GlobalState state) {
    return new RunEvent.Evaluated(
        state.round(), TestFederation.EVALUATOR.evaluate(state).toCompletableFuture().join());
  }

  /** Measures every state before this round, and says when it was asked for another one. */
  private static Evaluator endlessFrom(int round, CompletableFuture<Void> asked) {
    return state -> {
      if (state.round() < round) {
        return TestFederation.EVALUATOR.evaluate(state);
      }
      asked.complete(null);
      return new CompletableFuture<>();
    };
  }

  private static Digest digest(GlobalState state) {
    return StateManifest.of(state).digest();
  }

  private Digest digestOf(TestRun run) {
    start(run);
    RunEvent.RunEnded ended = next(RunEvent.RunEnded.class);
    assertThat(ended.outcome()).isEqualTo(new RunOutcome.Completed());
    return digest(ended.lastGood());
  }

  private ActorRef<Run.Command> start(TestRun run) {
    return KIT.spawn(run.behavior(events.getRef()::tell));
  }

  /** The next event of a kind; skips others. */
  private <E extends RunEvent> E next(Class<E> kind) {
    RunEvent event = events.receiveMessage();
    while (!kind.isInstance(event)) {
      event = events.receiveMessage();
    }
    return kind.cast(event);
  }

  private static void assertMoved(GlobalState from, GlobalState to, double step) {
    Tensor before = from.adapter().tensors().get("query.lora_B");
    Tensor after = to.adapter().tensors().get("query.lora_B");
    for (int i = 0; i < before.size(); i++) {
      assertThat((double) after.at(i) - before.at(i)).isCloseTo(step, within(1e-6));
    }
  }

  private static List<Member> members(Member... members) {
    return List.of(members);
  }

  private Member site(String name, float step) {
    return site(name, Manner.HONEST, step);
  }

  private Member site(String name, Manner manner, float step) {
    return new Member(
        name, 2, KIT.spawn(FakeClient.create(name, manner, step, federation.desk().at(name))));
  }
}
