package dev.weft.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.coordinator.RoundEffect.AddToSum;
import dev.weft.coordinator.RoundEffect.AnswerTooLate;
import dev.weft.coordinator.RoundEffect.Await;
import dev.weft.coordinator.RoundEffect.CancelClient;
import dev.weft.coordinator.RoundEffect.Conclude;
import dev.weft.coordinator.RoundEffect.Deadline;
import dev.weft.coordinator.RoundEffect.StopWaiting;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.error.Problem;
import dev.weft.core.metrics.TrainingFigures;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.RoundId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

/** One forced failure at every step, and what must hold whatever happens. */
class RoundRulesTest {
  private static final RoundId ID = new RoundId("run", 3, 2);
  private static final RoundId EARLIER = new RoundId("run", 3, 1);
  private static final Artifact UPDATE = Artifact.of(out -> out.write(1));
  private static final RoundRules RULES =
      new RoundRules(ID, new TreeSet<>(List.of("a", "b", "c")), 2);

  /** A round that is played by hand. */
  private static final class Game {
    private final List<RoundEffect> all = new ArrayList<>();
    private List<RoundEffect> last;
    private RoundPhase phase;

    Game() {
      take(RULES.open());
    }

    Game play(Round.Command... commands) {
      for (Round.Command command : commands) {
        take(RULES.apply(phase, command));
      }
      return this;
    }

    Game say(Round.Heard... said) {
      return play(said);
    }

    Game training() {
      return say(accepted("a"), accepted("b"), accepted("c"));
    }

    private void take(RoundStep step) {
      phase = step.phase();
      last = step.effects();
      all.addAll(last);
    }

    List<Round.Outcome> outcomes() {
      return effects(Conclude.class).stream().map(Conclude::outcome).toList();
    }

    List<String> dropped() {
      return effects(RoundEffect.Report.class).stream()
          .map(RoundEffect.Report::event)
          .filter(RunEvent.ClientDropped.class::isInstance)
          .map(event -> ((RunEvent.ClientDropped) event).sentence())
          .toList();
    }

    <E extends RoundEffect> List<E> effects(Class<E> kind) {
      return all.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
  }

  @Test
  void noClockRunsBeforeTheClientsWereAsked() {
    assertThat(new Game().last)
        .endsWith(new RoundEffect.Offer("c"), new Await(new Deadline.Answers()));
    assertThat(new Game().training().last)
        .containsSubsequence(new RoundEffect.Train("a"), new Await(new Deadline.SignOfLife("a")));
  }

  @Test
  void trainingStartsWhenTheLastClientHasAnswered() {
    Game game = new Game().say(accepted("a"), accepted("b"));
    assertThat(game.effects(RoundEffect.Train.class)).isEmpty();

    game.say(accepted("c"));

    assertThat(game.effects(RoundEffect.Train.class))
        .extracting(RoundEffect.Train::client)
        .containsExactly("a", "b", "c");
    assertThat(game.last)
        .contains(new StopWaiting(new Deadline.Answers()), new Await(new Deadline.SignOfLife("a")));
  }

  @Test
  void aWholeRoundEndsWithEveryDeliveryInTheSum() {
    Game game = new Game().training().say(uploaded("c"), uploaded("a"), uploaded("b"));
    assertThat(game.effects(RoundEffect.FinishSum.class)).isEmpty();

    game.play(new Round.Added("c", 10), new Round.Added("a", 10), new Round.Added("b", 10));
    assertThat(game.last).contains(new RoundEffect.FinishSum());
    game.play(new Round.SumFinished(null));

    assertThat(game.outcomes())
        .singleElement()
        .isInstanceOfSatisfying(
            Round.Aggregated.class,
            done -> assertThat(done.delivered()).containsOnlyKeys("a", "b", "c"));
  }

  @Test
  void aClientThatDeclinesIsNamedAndTheRoundGoesOn() {
    Game game =
        new Game()
            .say(
                accepted("a"),
                new Round.Heard("b", new ClientReply.Declined(ID, "base differs")),
                accepted("c"));

    assertThat(game.dropped())
        .containsExactly("b: declined: base differs; round 3 goes on with 2 of 3 clients (W-0236)");
    assertThat(game.phase).isInstanceOf(RoundPhase.Training.class);
  }

  @Test
  void aClientSilentAtTheOfferIsLeftBehind() {
    Game game =
        new Game()
            .say(accepted("a"), accepted("c"))
            .play(new Round.DeadlinePassed(new Deadline.Answers()));

    assertThat(game.dropped())
        .containsExactly(
            "b: did not answer the offer within round.offer-deadline; round 3 goes on with 2 of 3"
                + " clients (W-0235)");
    assertThat(game.effects(RoundEffect.Train.class)).hasSize(2);
    assertThat(game.say(accepted("b")).last).containsExactly(new AnswerTooLate("b", ID));
  }

  @Test
  void aClientSilentInTrainingIsDroppedAndItsLateUploadAnswered() {
    Game game = new Game().training().play(new Round.DeadlinePassed(new Deadline.SignOfLife("b")));
    assertThat(game.dropped()).singleElement().asString().contains("b: gave no sign of life");
    assertThat(cancelled(game)).containsExactly("b");

    game.say(uploaded("b"));

    assertThat(game.last).containsExactly(new AnswerTooLate("b", ID));
    assertThat(game.effects(AddToSum.class)).isEmpty();
  }

  @Test
  void everySignOfLifeStartsTheDeadlineAnew() {
    Game game = new Game().training();
    RoundEffect anew = new Await(new Deadline.SignOfLife("b"));

    assertThat(
            game.say(
                    new Round.Heard(
                        "b", new ClientReply.Progress(ID, 1, 2, OptionalDouble.of(0.5))))
                .last)
        .contains(anew);
    assertThat(game.say(new Round.Heard("b", new ClientReply.Waiting(ID))).last).contains(anew);
  }

  @Test
  void aClientThatFailsIsNamedWithItsOwnSentence() {
    Game game =
        new Game()
            .training()
            .say(new Round.Heard("a", new ClientReply.Failed(ID, "W-0231", "update has 2 NaN")));

    assertThat(game.dropped())
        .containsExactly("a: update has 2 NaN; round 3 goes on with 2 of 3 clients (W-0231)");
    assertThat(game.last).contains(new StopWaiting(new Deadline.SignOfLife("a")));
  }

  @Test
  void aRefusedUpdateIsNotDelivered() {
    Game game =
        new Game()
            .training()
            .say(uploaded("a"), uploaded("b"), uploaded("c"))
            .play(
                new Round.Added("a", 10),
                new Round.Refused("b", Problem.MALFORMED_UPDATE, "update: too short"),
                new Round.Added("c", 10),
                new Round.SumFinished(null));

    assertThat(game.dropped())
        .containsExactly("b: update: too short; round 3 goes on with 2 of 3 clients (W-0233)");
    assertThat(((Round.Aggregated) game.outcomes().get(0)).delivered()).containsOnlyKeys("a", "c");
  }

  @Test
  void aRepeatedUploadIsAcknowledgedAgainAndAddedOnce() {
    Game game = new Game().training().say(uploaded("a"), uploaded("a"));
    assertThat(game.last).containsExactly(new RoundEffect.Acknowledge("a"));

    game.play(new Round.Added("a", 10)).say(uploaded("a"));

    assertThat(game.last).containsExactly(new RoundEffect.Acknowledge("a"));
    assertThat(game.effects(AddToSum.class)).hasSize(1);
  }

  @Test
  void theRoundFailsAtOnceWhenTooFewAreLeft() {
    Game game =
        new Game()
            .training()
            .say(
                uploaded("a"),
                new Round.Heard("b", new ClientReply.Failed(ID, "W-0234", "out of memory")))
            .play(new Round.DeadlinePassed(new Deadline.SignOfLife("c")));

    assertThat(game.outcomes())
        .containsExactly(
            new Round.Failed(
                "round 3: 1 of 3 clients are left, 2 are needed; the last one lost was c: gave no"
                    + " sign of life within round.progress-deadline (W-0235) (W-0301)"));
    assertThat(game.phase).isInstanceOf(RoundPhase.Closed.class);
  }

  @Test
  void theRoundFailsWhenAllDecline() {
    Game game =
        new Game()
            .say(
                new Round.Heard("a", new ClientReply.Declined(ID, "no")),
                new Round.Heard("b", new ClientReply.Declined(ID, "never")));

    assertThat(game.outcomes()).singleElement().isInstanceOf(Round.Failed.class);
    assertThat(game.effects(CancelClient.class))
        .contains(new CancelClient("c", "the round has failed"));
  }

  @Test
  void messagesOfAnEarlierAttemptAreTooLate() {
    Game game = new Game().say(new Round.Heard("a", new ClientReply.Accepted(EARLIER)));

    assertThat(game.last).containsExactly(new AnswerTooLate("a", EARLIER));
    assertThat(((RoundPhase.Offering) game.phase).accepted()).isEmpty();
  }

  @Test
  void aClientThatComesWhileTheCohortAnswersIsAskedAgain() {
    Game game = new Game().say(accepted("a"));

    assertThat(game.play(new Round.Joined("a")).last).containsExactly(new RoundEffect.Offer("a"));
    assertThat(game.play(new Round.Joined("b")).last).containsExactly(new RoundEffect.Offer("b"));
    assertThat(game.play(new Round.Joined("stranger")).last).isEmpty();
  }

  @Test
  void aClientThatComesBackInTrainingIsAskedAgainAndToldAgainToTrain() {
    Game game = new Game().training();
    Await anew = new Await(new Deadline.SignOfLife("b"));

    assertThat(game.play(new Round.Joined("b")).last)
        .containsExactly(anew, new RoundEffect.Offer("b"));
    assertThat(game.say(accepted("b")).last).containsExactly(anew, new RoundEffect.Train("b"));
    assertThat(game.play(new Round.Joined("stranger")).last).isEmpty();
  }

  @Test
  void aClientThatComesBackAfterItsUploadHearsThatItArrived() {
    Game training = new Game().training().say(uploaded("a"));
    Game aggregating =
        new Game()
            .training()
            .say(uploaded("a"), uploaded("b"), uploaded("c"))
            .play(new Round.Added("a", 10), new Round.Added("b", 10), new Round.Added("c", 10));
    RoundEffect arrived = new RoundEffect.Acknowledge("a");

    assertThat(training.play(new Round.Joined("a")).last).containsExactly(arrived);
    assertThat(training.play(new Round.Added("a", 10), new Round.Joined("a")).last)
        .containsExactly(arrived);
    assertThat(aggregating.play(new Round.Joined("a")).last).containsExactly(arrived);
    assertThat(aggregating.play(new Round.Joined("stranger")).last).isEmpty();
  }

  @Test
  void aClientThatWasDroppedIsNotAskedAgainWhenItComesBack() {
    Game offering = new Game().say(new Round.Heard("a", new ClientReply.Declined(ID, "not today")));
    Game training =
        new Game().training().say(new Round.Heard("a", new ClientReply.Failed(ID, "W-0234", "no")));

    assertThat(offering.play(new Round.Joined("a")).last).isEmpty();
    assertThat(training.play(new Round.Joined("a")).last).isEmpty();
  }

  @Test
  void aSumThatTakesTooLongFailsTheRound() {
    Game game = new Game().training().say(uploaded("a"), uploaded("b"), uploaded("c"));
    assertThat(game.effects(Await.class)).contains(new Await(new Deadline.Sum()));

    game.play(new Round.DeadlinePassed(new Deadline.Sum()));

    assertThat(game.outcomes())
        .singleElement()
        .asString()
        .contains("not aggregated within round.aggregation-deadline; raise it");
  }

  @Test
  void aSumThatFailsFailsTheRound() {
    Game game = new Game().training().say(uploaded("a")).play(new Round.SumFailed("overflow"));

    assertThat(game.outcomes()).containsExactly(new Round.Failed("round 3: overflow (W-0301)"));
    assertThat(game.effects(CancelClient.class))
        .extracting(CancelClient::client)
        .containsExactly("b", "c");
  }

  @Test
  void cancellingReleasesWhoeverStillWorks() {
    Round.Cancel cancel = new Round.Cancel("stopped");
    Game offering = new Game().say(accepted("a")).play(cancel);
    Game training = new Game().training().say(uploaded("b")).play(cancel);
    Game aggregating =
        new Game()
            .training()
            .say(uploaded("a"), uploaded("b"), uploaded("c"))
            .play(
                new Round.Added("a", 10),
                new Round.Added("b", 10),
                new Round.Added("c", 10),
                cancel);

    assertThat(cancelled(offering)).containsExactly("a", "b", "c");
    assertThat(cancelled(training)).containsExactly("a", "c");
    assertThat(cancelled(aggregating)).isEmpty();
    assertThat(List.of(offering, training, aggregating))
        .allSatisfy(game -> assertThat(game.outcomes()).containsExactly(new Round.Cancelled()));
  }

  /** A phase shares its sets with those that follow from it, none of which may show. */
  @Property(tries = 300)
  void aPhaseIsWhatItWasWhateverFollowsFromIt(@ForAll("commands") List<Round.Command> commands) {
    Game game = new Game();
    for (Round.Command command : commands) {
      if (isPossible(game, command)) {
        RoundPhase before = game.phase;
        String described = before.toString();
        RoundStep once = RULES.apply(before, command);
        game.play(command);
        assertThat(before).hasToString(described);
        assertThat(RULES.apply(before, command)).isEqualTo(once);
      }
    }
  }

  private static List<String> cancelled(Game game) {
    return game.effects(CancelClient.class).stream().map(CancelClient::client).toList();
  }

  /** The executor answers what it was asked, in any order; clients and clocks do what they like. */
  @Property(tries = 1000)
  void whateverHappensTheRoundEndsOnceAndNobodyCountsTwice(
      @ForAll("commands") List<Round.Command> commands) {
    Game game = new Game();
    Set<String> out = new HashSet<>();
    for (Round.Command command : commands) {
      if (isPossible(game, command)) {
        boolean closed = game.phase instanceof RoundPhase.Closed;
        game.play(command);
        game.last.stream()
            .filter(AddToSum.class::isInstance)
            .forEach(add -> assertThat(out).doesNotContain(((AddToSum) add).client()));
        game.last.stream()
            .filter(RoundEffect.Report.class::isInstance)
            .map(report -> ((RoundEffect.Report) report).event())
            .filter(RunEvent.ClientDropped.class::isInstance)
            .forEach(
                drop -> assertThat(out.add(((RunEvent.ClientDropped) drop).client())).isTrue());
        if (closed && command instanceof Round.Heard) {
          assertThat(game.last).hasOnlyElementsOfType(AnswerTooLate.class).hasSize(1);
        } else if (closed) {
          assertThat(game.last).isEmpty();
        }
      }
    }
    game.play(new Round.Cancel("end"));

    assertThat(game.outcomes()).hasSize(1);
    assertThat(game.effects(AddToSum.class)).extracting(AddToSum::client).doesNotHaveDuplicates();
    assertThat(openWaits(game)).isEmpty();
    if (game.outcomes().get(0) instanceof Round.Aggregated done) {
      assertThat(done.delivered().size()).isGreaterThanOrEqualTo(RULES.minClients());
      assertThat(done.delivered().keySet()).noneMatch(out::contains);
    }
  }

  /** The executor speaks only of updates it was given and sums it was asked for. */
  private static boolean isPossible(Game game, Round.Command command) {
    if (command instanceof Round.Added added) {
      return isSumming(game, added.client());
    }
    if (command instanceof Round.Refused refused) {
      return isSumming(game, refused.client());
    }
    return !(command instanceof Round.SumFinished) || game.phase instanceof RoundPhase.Aggregating;
  }

  private static boolean isSumming(Game game, String client) {
    return game.phase instanceof RoundPhase.Training training
        && training.tally().summing().containsKey(client);
  }

  private static Set<Deadline> openWaits(Game game) {
    Set<Deadline> open = new HashSet<>();
    for (RoundEffect effect : game.all) {
      if (effect instanceof Await await) {
        open.add(await.deadline());
      } else if (effect instanceof StopWaiting stop) {
        open.remove(stop.deadline());
      }
    }
    return open;
  }

  @Provide
  Arbitrary<List<Round.Command>> commands() {
    Arbitrary<String> client = Arbitraries.of("a", "b", "c");
    Arbitrary<RoundId> id =
        Arbitraries.frequencyOf(
            Tuple.of(9, Arbitraries.just(ID)), Tuple.of(1, Arbitraries.just(EARLIER)));
    Arbitrary<Round.Command> reply =
        Combinators.combine(client, id, Arbitraries.integers().between(0, 11))
            .as(
                (name, round, kind) ->
                    switch (kind) {
                      case 0, 1, 2, 3 -> new Round.Heard(name, new ClientReply.Accepted(round));
                      case 4 -> new Round.Heard(name, new ClientReply.Declined(round, "no"));
                      case 5, 6 -> new Round.Heard(name, new ClientReply.Waiting(round));
                      case 7 ->
                          new Round.Heard(
                              name, new ClientReply.Progress(round, 1, 2, OptionalDouble.of(1)));
                      case 8 ->
                          new Round.Heard(name, new ClientReply.Failed(round, "W-0234", "broken"));
                      default -> uploaded(name, round);
                    });
    Arbitrary<Round.Command> other =
        Combinators.combine(client, Arbitraries.integers().between(0, 9))
            .as(
                (name, kind) ->
                    switch (kind) {
                      case 0 -> new Round.DeadlinePassed(new Deadline.Answers());
                      case 1 -> new Round.DeadlinePassed(new Deadline.SignOfLife(name));
                      case 2 -> new Round.Refused(name, Problem.MALFORMED_UPDATE, "bad");
                      case 3 -> new Round.Joined(name);
                      case 4, 5 -> new Round.SumFinished(null);
                      default -> new Round.Added(name, 10);
                    });
    return Arbitraries.oneOf(reply, other).list().ofMaxSize(60);
  }

  private static Round.Heard accepted(String client) {
    return new Round.Heard(client, new ClientReply.Accepted(ID));
  }

  private static Round.Heard uploaded(String client) {
    return uploaded(client, ID);
  }

  private static Round.Heard uploaded(String client, RoundId id) {
    return new Round.Heard(
        client, new ClientReply.Uploaded(id, UPDATE, new TrainingFigures(0.5, 20, 0, 1), 1.0));
  }
}
