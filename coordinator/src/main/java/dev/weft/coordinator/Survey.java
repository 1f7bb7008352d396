package dev.weft.coordinator;

import dev.weft.coordinator.SurveyRules.Answer;
import dev.weft.coordinator.SurveyRules.Effect;
import dev.weft.coordinator.SurveyRules.Patience;
import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.metrics.PooledEvaluation;
import dev.weft.core.metrics.SitesEvaluation;
import dev.weft.protocol.RoundId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Sites are asked how well a state does on held-out examples of their own. {@link SurveyRules}
 * decides; this only does what they say, on the thread of its {@link Rounds}.
 */
final class Survey {

  /** What sites have said before, which holds until they come anew. */
  static final class Memory {
    private final Map<String, Answer> known = new HashMap<>();
    private final Set<String> tardy = new HashSet<>();

    /** It may be another process, with other examples and another policy. */
    void forget(String site) {
      known.remove(site);
      tardy.remove(site);
    }

    private void keep(Map<String, Answer> answers) {
      tardy.clear();
      answers.forEach(
          (site, answer) -> {
            if (answer instanceof Answer.Missing) {
              tardy.add(site);
            } else if (!(answer instanceof Answer.Counted)) {
              known.put(site, answer);
            }
          });
    }
  }

  /** What a survey can do to the world around it. */
  interface Stage extends Clients {

    /** Gives the survey the command after that time; a wait of the same key begins anew. */
    void await(Object key, SurveyRules.Command command, Duration atMost);

    void stopWaiting(Object key);

    /** It is over and needs nothing more. */
    void conclude(SitesEvaluation evaluation);
  }

  private record Silence(String site) {}

  private record Time() {}

  private final SurveyPlan plan;
  private final SurveyRules rules;
  private final Memory memory;
  private final Stage stage;
  private SurveyState state = SurveyState.EMPTY;

  Survey(SurveyPlan plan, Memory memory, Stage stage) {
    this.plan = plan;
    this.rules = plan.rules();
    this.memory = memory;
    this.stage = stage;
  }

  RoundId id() {
    return plan.id();
  }

  /** Lays the state out and asks whoever is here. */
  void open(Set<String> here) {
    plan.facilities().desk().open(plan.id(), plan.laidOut(), 0);
    stage.await(new Time(), new SurveyRules.TimeOver(), plan.spec().round().evaluationDeadline());
    perform(rules.open(plan.sites(), here, memory.known, memory.tardy));
  }

  void take(SurveyRules.Command command) {
    perform(rules.apply(state, command));
  }

  private void perform(SurveyRules.Step step) {
    state = step.state();
    step.effects().forEach(this::perform);
  }

  private void perform(Effect effect) {
    if (effect instanceof Effect.Ask ask) {
      stage.tell(ask.site(), plan.question(stage.ear()));
    } else if (effect instanceof Effect.Await await) {
      stage.await(
          new Silence(await.site()),
          new SurveyRules.SilenceOver(await.site()),
          await.patience() == Patience.OF_AN_OFFER
              ? plan.spec().round().offerDeadline()
              : plan.spec().round().progressDeadline());
    } else if (effect instanceof Effect.StopWaiting stop) {
      stage.stopWaiting(new Silence(stop.site()));
    } else if (effect instanceof Effect.Conclude conclude) {
      stage.stopWaiting(new Time());
      memory.keep(conclude.answers());
      stage.conclude(
          evaluation(
              conclude.answers(),
              plan.classes(),
              plan.facilities().desk().close(plan.id()).down()));
    }
  }

  /** What the answers amount to, whatever the order in which they came. */
  static SitesEvaluation evaluation(Map<String, Answer> answers, boolean classes, long bytesDown) {
    SortedMap<String, AnswerCounts> counts = new TreeMap<>();
    List<String> withheld = new ArrayList<>();
    SortedMap<String, String> missing = new TreeMap<>();
    new TreeMap<>(answers)
        .forEach(
            (site, answer) -> {
              if (answer instanceof Answer.Counted counted) {
                counts.put(site, counted.counts());
              } else if (answer instanceof Answer.Withheld) {
                withheld.add(site);
              } else if (answer instanceof Answer.Missing absent) {
                missing.put(site, absent.why());
              }
            });
    return new SitesEvaluation(
        counts.isEmpty() ? Optional.empty() : Optional.of(PooledEvaluation.of(counts, classes)),
        withheld,
        missing,
        bytesDown);
  }
}
