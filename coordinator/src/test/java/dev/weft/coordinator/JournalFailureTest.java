package dev.weft.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.weft.coordinator.FakeClient.Manner;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.WriteEvents;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The journal refuses writes; whoever waits for the run must hear of it. */
class JournalFailureTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(
          "JournalFailureTest",
          PersistenceTestKitPlugin.getInstance()
              .config()
              .withFallback(
                  ConfigFactory.parseString(
                      """
                      pekko.actor.testkit.typed.single-expect-default = 30s
                      """)));

  private final TestFederation federation = new TestFederation(KIT);
  private final TestProbe<RunEvent> events = KIT.createTestProbe(RunEvent.class);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        RunJournal.RunStarted.class,
        RunJournal.Evaluated.class,
        RunJournal.RoundStarted.class,
        RunJournal.RoundCommitted.class,
        RunJournal.RunFinished.class
      })
  void aWriteThatFailsIsTriedAgain(Class<?> event) {
    failing(event, 1);
    TestRun run = run(event.getSimpleName() + "-once");

    KIT.spawn(run.behavior(events.getRef()::tell));

    List<RunEvent> told = untilEnd();
    assertThat(last(told).outcome()).isEqualTo(new RunOutcome.Completed());
    assertThat(last(told).lastGood().round()).isEqualTo(1);
    assertThat(told.stream().filter(RunEvent.RoundCommitted.class::isInstance)).hasSize(1);
    assertThat(told.stream().filter(RunEvent.Evaluated.class::isInstance)).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(classes = {RunJournal.RunStarted.class, RunJournal.RoundCommitted.class})
  void aRunWhoseJournalStaysBrokenSaysSoAndGoesOnWhenStartedAgain(Class<?> event) {
    failing(event, 10);
    TestRun run = run(event.getSimpleName() + "-always");

    KIT.spawn(run.behavior(events.getRef()::tell));

    RunEvent.RunEnded end = last(untilEnd());
    assertThat(end.outcome())
        .isEqualTo(
            new RunOutcome.Failed(
                "the run's journal could not be read or written; what was committed stays"
                    + " (W-0305)"));
    assertThat(end.lastGood().round()).isZero();

    PersistenceTestKit.create(KIT.system()).resetPolicy();
    KIT.spawn(run.behavior(events.getRef()::tell));
    RunEvent.RunEnded again = last(untilEnd());
    assertThat(again.outcome()).isEqualTo(new RunOutcome.Completed());
    assertThat(again.lastGood().round()).isEqualTo(1);
  }

  private static void failing(Class<?> event, int times) {
    PersistenceTestKit.create(KIT.system())
        .failNextNOpsCond(
            (id, operation) ->
                operation instanceof WriteEvents write && event.isInstance(write.getBatch().get(0)),
            times);
  }

  private TestRun run(String run) {
    return federation.run(
        run,
        1,
        1,
        List.of(
            new Member(
                "a",
                2,
                KIT.spawn(
                    FakeClient.create("a", Manner.HONEST, 0.5f, federation.desk().at("a"))))));
  }

  private List<RunEvent> untilEnd() {
    List<RunEvent> told = new ArrayList<>();
    do {
      told.add(events.receiveMessage());
    } while (!(told.get(told.size() - 1) instanceof RunEvent.RunEnded));
    return told;
  }

  private static RunEvent.RunEnded last(List<RunEvent> told) {
    return (RunEvent.RunEnded) told.get(told.size() - 1);
  }
}
