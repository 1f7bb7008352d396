package dev.weft.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.coordinator.SurveyRules.Answer;
import dev.weft.coordinator.SurveyRules.Command;
import dev.weft.coordinator.SurveyRules.Effect;
import dev.weft.coordinator.SurveyRules.Patience;
import dev.weft.core.Digest;
import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.Metric;
import dev.weft.core.metrics.SitesEvaluation;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientReply.Reason;
import dev.weft.protocol.RoundId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** One forced failure at every step, and what must hold whatever happens. */
class SurveyRulesTest {
  private static final RoundId ID = RoundId.measuring("run", 3);
  private static final Digest STATE = Digest.of(new byte[] {3});
  private static final Digest OTHER = Digest.of(new byte[] {4});
  private static final AnswerCounts COUNTS = new AnswerCounts(10, 10, 9, 5);
  private static final List<String> SITES = List.of("a", "b", "c");
  private static final SurveyRules RULES = new SurveyRules(ID, STATE);

  /** A survey that is played by hand. */
  private static final class Game {
    private final List<Effect> all = new ArrayList<>();
    private List<Effect> last = List.of();
    private SurveyState state = SurveyState.EMPTY;

    static Game of(Set<String> here) {
      return of(here, Map.of(), Set.of());
    }

    static Game of(Set<String> here, Map<String, Answer> known, Set<String> tardy) {
      Game game = new Game();
      game.take(RULES.open(SITES, here, known, tardy));
      return game;
    }

    Game play(Command... commands) {
      for (Command command : commands) {
        take(RULES.apply(state, command));
      }
      return this;
    }

    private void take(SurveyRules.Step step) {
      state = step.state();
      last = step.effects();
      all.addAll(last);
    }

    List<Map<String, Answer>> ends() {
      return effects(Effect.Conclude.class).stream().map(Effect.Conclude::answers).toList();
    }

    Map<String, Answer> end() {
      assertThat(ends()).hasSize(1);
      return ends().get(0);
    }

    long asked(String site) {
      return effects(Effect.Ask.class).stream().filter(ask -> ask.site().equals(site)).count();
    }

    <E extends Effect> List<E> effects(Class<E> kind) {
      return all.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
  }

  @Test
  void whoIsHereIsAskedAndItsClockRunsFromThen() {
    assertThat(Game.of(Set.of("a", "c")).last)
        .containsExactly(
            new Effect.Ask("a"),
            new Effect.Await("a", Patience.OF_AN_OFFER),
            new Effect.Await("b", Patience.OF_AN_OFFER),
            new Effect.Ask("c"),
            new Effect.Await("c", Patience.OF_AN_OFFER));
  }

  @Test
  void itEndsWithTheLastAnswer() {
    Game game =
        Game.of(Set.copyOf(SITES)).play(measured("b"), not("a", Reason.WITHHELD), measured("b"));
    assertThat(game.ends()).isEmpty();

    game.play(not("c", Reason.NO_EXAMPLES));

    assertThat(game.end())
        .isEqualTo(
            Map.of(
                "a", new Answer.Withheld(),
                "b", new Answer.Counted(COUNTS),
                "c", new Answer.Nothing()));
    assertThat(game.last).startsWith(new Effect.StopWaiting("c"));
  }

  @Test
  void aRepeatedAnswerCountsOnceAndTheFirstStands() {
    Game game =
        Game.of(Set.copyOf(SITES))
            .play(
                measured("a"),
                new SurveyRules.Heard(
                    "a", new ClientReply.Measured(ID, STATE, new AnswerCounts(99, 99, 0, 1))),
                not("a", Reason.WITHHELD),
                measured("b"),
                measured("c"));

    assertThat(game.end()).containsEntry("a", new Answer.Counted(COUNTS));
  }

  @Test
  void anAnswerAboutAnotherStateOrRoundIsNone() {
    Game game =
        Game.of(Set.copyOf(SITES))
            .play(
                new SurveyRules.Heard("a", new ClientReply.Measured(ID, OTHER, COUNTS)),
                new SurveyRules.Heard(
                    "a", new ClientReply.Measured(RoundId.measuring("run", 2), STATE, COUNTS)),
                new SurveyRules.Heard(
                    "a", new ClientReply.NotMeasured(ID, OTHER, Reason.WITHHELD, "no")),
                new SurveyRules.Heard("a", new ClientReply.Waiting(new RoundId("run", 3, 1))));

    assertThat(game.last).isEmpty();
    assertThat(game.state.waiting()).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void aClaimThatCannotBeLessensTheMeasurementAndIsNamed() {
    Game game =
        Game.of(Set.copyOf(SITES))
            .play(
                new SurveyRules.Heard(
                    "a", new ClientReply.Measured(ID, STATE, new AnswerCounts(1, 1, 2, 0))),
                measured("b"),
                measured("c"));

    assertThat(game.end())
        .containsEntry("a", new Answer.Missing("2 right answers to 1 targets are not possible"));
  }

  @Test
  void aSiteThatCannotMeasureIsNamedWithItsReason() {
    Game game =
        Game.of(Set.copyOf(SITES)).play(not("a", Reason.FAILED), measured("b"), measured("c"));

    assertThat(game.end()).containsEntry("a", new Answer.Missing("why not"));
  }

  @Test
  void aSignOfLifeGivesTheSiteTheTimeOfWork() {
    Game game =
        Game.of(Set.copyOf(SITES)).play(new SurveyRules.Heard("a", new ClientReply.Waiting(ID)));

    assertThat(game.last).containsExactly(new Effect.Await("a", Patience.OF_PROGRESS));
  }

  @Test
  void aSilentSiteIsMissing() {
    Game game = Game.of(Set.of("a", "b"));
    game.play(measured("a"), new SurveyRules.SilenceOver("b"), new SurveyRules.SilenceOver("c"));

    assertThat(game.end())
        .containsEntry("b", new Answer.Missing(SurveyRules.SILENT))
        .containsEntry("c", new Answer.Missing(SurveyRules.AWAY));
    game.play(measured("b"), new SurveyRules.Joined("c"), new SurveyRules.Left("c"));
    assertThat(game.last).isEmpty();
  }

  @Test
  void aSiteThatComesIsAskedWhenItIsHere() {
    Game game = Game.of(Set.of("a", "b")).play(new SurveyRules.Joined("c"));

    assertThat(game.last)
        .containsExactly(new Effect.Ask("c"), new Effect.Await("c", Patience.OF_AN_OFFER));
  }

  @Test
  void aSiteWhoseLineBreaksIsAskedOnceMoreAndNotAgain() {
    Game game = Game.of(Set.copyOf(SITES)).play(new SurveyRules.Left("a"));
    assertThat(game.last).containsExactly(new Effect.Await("a", Patience.OF_AN_OFFER));
    game.play(new SurveyRules.Joined("a"));
    assertThat(game.asked("a")).isEqualTo(2);

    game.play(new SurveyRules.Left("a"), new SurveyRules.Joined("a"));

    assertThat(game.asked("a")).isEqualTo(2);
    assertThat(game.play(measured("b"), measured("c")).end())
        .containsEntry("a", new Answer.Missing(SurveyRules.CUT_OFF));
  }

  @Test
  void whenTheTimeIsUpWhatIsKnownStands() {
    Game game = Game.of(Set.copyOf(SITES)).play(measured("b"), new SurveyRules.TimeOver());

    assertThat(game.end())
        .isEqualTo(
            Map.of(
                "a", new Answer.Missing(SurveyRules.TOO_LATE),
                "b", new Answer.Counted(COUNTS),
                "c", new Answer.Missing(SurveyRules.TOO_LATE)));
    assertThat(game.last).contains(new Effect.StopWaiting("a"), new Effect.StopWaiting("c"));
    assertThat(game.play(new SurveyRules.TimeOver()).ends()).hasSize(1);
  }

  @Test
  void whatASiteSaidForGoodIsNotAskedAgain() {
    Game game =
        Game.of(
            Set.of("a", "b"),
            Map.of("b", new Answer.Withheld(), "c", new Answer.Nothing()),
            Set.of());

    assertThat(game.effects(Effect.Ask.class)).containsExactly(new Effect.Ask("a"));
    assertThat(game.play(measured("a")).end()).containsKeys("a", "b", "c");
  }

  @Test
  void whoWasMissingLastTimeAndIsNotHereIsNotWaitedFor() {
    Game game = Game.of(Set.of("a", "b"), Map.of(), Set.of("b", "c"));

    assertThat(game.asked("b")).isOne();
    assertThat(game.play(measured("a"), measured("b")).end())
        .containsEntry("c", new Answer.Missing(SurveyRules.AWAY));
  }

  @Test
  void whereNobodyCanSayAnythingItIsOverAtOnce() {
    Map<String, Answer> nothing = new HashMap<>();
    SITES.forEach(site -> nothing.put(site, new Answer.Nothing()));

    assertThat(Game.of(Set.copyOf(SITES), nothing, Set.of()).end()).isEqualTo(nothing);
  }

  /** Whatever happens, in whatever order, and once the clocks have run out. */
  @Property
  void itEndsOnceWithAnAnswerOfEverySiteWhateverHappens(
      @ForAll @Size(max = 30) List<@IntRange(max = 23) Integer> script,
      @ForAll @IntRange(max = 7) int presence) {
    Set<String> here =
        Set.copyOf(
            SITES.stream().filter(site -> (presence >> SITES.indexOf(site)) % 2 == 1).toList());
    Game game = Game.of(here);
    for (int number : script) {
      game.play(command(SITES.get(number % 3), number / 3));
    }
    SITES.forEach(site -> game.play(new SurveyRules.SilenceOver(site)));

    assertThat(game.end()).containsOnlyKeys("a", "b", "c");
    SITES.forEach(site -> assertThat(game.asked(site)).isLessThanOrEqualTo(2));
  }

  private static Command command(String site, int kind) {
    return Arrays.asList(
            measured(site),
            not(site, Reason.FAILED),
            not(site, Reason.WITHHELD),
            new SurveyRules.Heard(site, new ClientReply.Waiting(ID)),
            new SurveyRules.Joined(site),
            new SurveyRules.Left(site),
            new SurveyRules.SilenceOver(site),
            new SurveyRules.Heard(site, new ClientReply.Measured(ID, OTHER, COUNTS)))
        .get(kind);
  }

  @Test
  void theFiguresDoNotDependOnTheOrderInWhichTheyCame() {
    Map<String, Answer> answers =
        Map.of(
            "a", new Answer.Counted(new AnswerCounts(10, 10, 9, 5)),
            "b", new Answer.Counted(new AnswerCounts(30, 30, 15, 45)),
            "c", new Answer.Withheld(),
            "d", new Answer.Missing("is not here"),
            "e", new Answer.Nothing());

    SitesEvaluation evaluation = Survey.evaluation(answers, true, 12);

    assertThat(evaluation.pooled().orElseThrow().mean())
        .isEqualTo(new Evaluation(1.25, Map.of(Metric.ACCURACY, 0.6), 40));
    assertThat(evaluation.pooled().orElseThrow().sites()).containsExactly("a", "b");
    assertThat(evaluation.withheld()).containsExactly("c");
    assertThat(evaluation.missing()).isEqualTo(Map.of("d", "is not here"));
    assertThat(evaluation.bytesDown()).isEqualTo(12);
  }

  private static Command measured(String site) {
    return new SurveyRules.Heard(site, new ClientReply.Measured(ID, STATE, COUNTS));
  }

  private static Command not(String site, Reason reason) {
    return new SurveyRules.Heard(site, new ClientReply.NotMeasured(ID, STATE, reason, "why not"));
  }
}
