package dev.weft.coordinator;

import java.util.Set;
import org.pcollections.TreePMap;

/**
 * Where the question how well a state does stands; immutable.
 *
 * @param waitedFor sites that may still answer, with how often each was asked
 * @param answers of the others, by site
 */
record SurveyState(
    TreePMap<String, Integer> waitedFor, TreePMap<String, SurveyRules.Answer> answers) {

  static final SurveyState EMPTY = new SurveyState(TreePMap.empty(), TreePMap.empty());

  boolean waitsFor(String site) {
    return waitedFor.containsKey(site);
  }

  Set<String> waiting() {
    return waitedFor.keySet();
  }

  /** How often a site was asked. */
  int questions(String site) {
    return waitedFor.getOrDefault(site, 0);
  }

  /** It may come yet. */
  SurveyState expected(String site) {
    return new SurveyState(waitedFor.plus(site, 0), answers);
  }

  SurveyState asked(String site) {
    return new SurveyState(waitedFor.plus(site, questions(site) + 1), answers);
  }

  SurveyState answered(String site, SurveyRules.Answer answer) {
    return new SurveyState(waitedFor.minus(site), answers.plus(site, answer));
  }
}
