package dev.weft.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.weft.coordinator.FakeClient.Manner;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.WriteEvents;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The journal refuses one write; whoever waits for the run must hear of it. */
class JournalFailureTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(
          "JournalFailureTest",
          PersistenceTestKitPlugin.getInstance()
              .config()
              .withFallback(
                  ConfigFactory.parseString(
                      """
                      pekko.persistence.testkit.events.serialize = off
                      pekko.actor.testkit.typed.single-expect-default = 30s
                      """)));

  private final TestFederation federation = new TestFederation();

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
  void aRunWhoseJournalFailsSaysSoAndGoesOnWhenStartedAgain(Class<?> event) {
    PersistenceTestKit journal = PersistenceTestKit.create(KIT.system());
    journal.failNextNOpsCond(
        (id, operation) ->
            operation instanceof WriteEvents write && event.isInstance(write.getBatch().get(0)),
        1);
    TestProbe<RunEvent> events = KIT.createTestProbe(RunEvent.class);
    String name = event.getSimpleName();
    RunSpec spec =
        federation.spec(
            name,
            1,
            1,
            List.of(
                new Site(
                    "a",
                    2,
                    KIT.spawn(
                        FakeClient.create("a", Manner.HONEST, 0.5f, federation.desk().at("a"))))));
    KIT.spawn(Run.create(spec, events.getRef()::tell));
    assertThat(end(events).outcome()).isInstanceOf(RunOutcome.Failed.class);

    KIT.spawn(Run.create(spec, events.getRef()::tell));
    RunEvent.RunEnded again = end(events);
    assertThat(again.outcome()).isEqualTo(new RunOutcome.Completed());
    assertThat(again.lastGood().round()).isEqualTo(1);
  }

  private static RunEvent.RunEnded end(TestProbe<RunEvent> events) {
    while (true) {
      if (events.receiveMessage() instanceof RunEvent.RunEnded ended) {
        return ended;
      }
    }
  }
}
