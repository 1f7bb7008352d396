package dev.weft.coordinator;

import dev.weft.core.Digest;
import dev.weft.core.metrics.AnswerCounts;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.RoundId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rules by which sites are asked to measure a state, as a pure function, {@code state × command
 * → state + effects}. Nobody has to answer: a site that is silent, away or wrong only lessens what
 * is known, and is named. An answer counts once; a site whose line breaks is asked once more.
 *
 * @param id the measurement whose messages count
 * @param measured digest of the state that it is about
 */
record SurveyRules(RoundId id, Digest measured) {
  /** A line may break once. */
  private static final int MOST_QUESTIONS = 2;

  static final String AWAY = "is not here";
  static final String SILENT = "gave no sign of life";
  static final String TOO_LATE = "did not answer in time";
  static final String CUT_OFF = "its line broke again and again";
  static final String OVER = "the coordinator gave the measurement up";

  /** What a site said for good. */
  sealed interface Answer {

    record Counted(AnswerCounts counts) implements Answer {}

    /** It has no held-out examples; nobody expects it to say more. */
    record Nothing() implements Answer {}

    record Withheld() implements Answer {}

    /** It is not known how well the state does there. */
    record Missing(String why) implements Answer {}
  }

  sealed interface Command {}

  /** A site said something. */
  record Heard(String site, ClientReply reply) implements Command {}

  /** A site can be reached, for the first time or again; it may have missed the question. */
  record Joined(String site) implements Command {}

  /** A site's line is gone. */
  record Left(String site) implements Command {}

  /** A site was silent for as long as it may be. */
  record SilenceOver(String site) implements Command {}

  /** The whole has taken as long as it may. */
  record TimeOver() implements Command {}

  /** How long a site may be silent. */
  enum Patience {
    /** Until it first says something, and while it is away. */
    OF_AN_OFFER,
    /** Once it is at work. */
    OF_PROGRESS
  }

  /** What is to be done. */
  sealed interface Effect {

    record Ask(String site) implements Effect {}

    /** Begins a wait, anew if it is under way. */
    record Await(String site, Patience patience) implements Effect {}

    record StopWaiting(String site) implements Effect {}

    record Conclude(Map<String, Answer> answers) implements Effect {}
  }

  /** A state and the way into it. */
  record Step(SurveyState state, List<Effect> effects) {
    Step {
      effects = List.copyOf(effects);
    }
  }

  /**
   * The first step.
   *
   * @param sites whom it is about
   * @param here sites that can be reached
   * @param known answers that hold as long as a site's process does
   * @param tardy sites that were missing the last time, and are not waited for unless they are here
   */
  Step open(
      Collection<String> sites, Set<String> here, Map<String, Answer> known, Set<String> tardy) {
    SurveyState state = SurveyState.EMPTY;
    List<Effect> effects = new ArrayList<>();
    for (String site : sites) {
      if (known.containsKey(site)) {
        state = state.answered(site, known.get(site));
      } else if (here.contains(site)) {
        state = state.asked(site);
        effects.add(new Effect.Ask(site));
        effects.add(new Effect.Await(site, Patience.OF_AN_OFFER));
      } else if (tardy.contains(site)) {
        state = state.answered(site, new Answer.Missing(AWAY));
      } else {
        state = state.expected(site);
        effects.add(new Effect.Await(site, Patience.OF_AN_OFFER));
      }
    }
    return concluded(state, effects);
  }

  Step apply(SurveyState state, Command command) {
    if (command instanceof TimeOver) {
      return giveUp(state, TOO_LATE);
    }
    if (command instanceof Heard heard && state.waitsFor(heard.site())) {
      return hear(state, heard.site(), heard.reply());
    }
    if (command instanceof Joined joined && state.waitsFor(joined.site())) {
      return join(state, joined.site());
    }
    if (command instanceof Left left && state.waitsFor(left.site())) {
      return to(state, new Effect.Await(left.site(), Patience.OF_AN_OFFER));
    }
    if (command instanceof SilenceOver silence && state.waitsFor(silence.site())) {
      return settle(
          state,
          silence.site(),
          new Answer.Missing(state.questions(silence.site()) == 0 ? AWAY : SILENT));
    }
    return to(state);
  }

  /** Ends it with what is known. */
  Step giveUp(SurveyState state, String why) {
    List<Effect> effects = new ArrayList<>();
    SurveyState over = state;
    for (String site : state.waiting()) {
      effects.add(new Effect.StopWaiting(site));
      over = over.answered(site, new Answer.Missing(why));
    }
    return state.waiting().isEmpty() ? to(state) : concluded(over, effects);
  }

  private Step join(SurveyState state, String site) {
    if (state.questions(site) >= MOST_QUESTIONS) {
      return settle(state, site, new Answer.Missing(CUT_OFF));
    }
    return to(
        state.asked(site), new Effect.Ask(site), new Effect.Await(site, Patience.OF_AN_OFFER));
  }

  /** An answer about another state or round is none. */
  private Step hear(SurveyState state, String site, ClientReply reply) {
    if (!reply.id().equals(id)) {
      return to(state);
    }
    if (reply instanceof ClientReply.Measured answer && answer.state().equals(measured)) {
      Optional<String> fault = answer.counts().fault();
      return settle(
          state,
          site,
          fault
              .<Answer>map(Answer.Missing::new)
              .orElseGet(() -> new Answer.Counted(answer.counts())));
    }
    if (reply instanceof ClientReply.NotMeasured not && not.state().equals(measured)) {
      return settle(
          state,
          site,
          switch (not.reason()) {
            case NO_EXAMPLES -> new Answer.Nothing();
            case WITHHELD -> new Answer.Withheld();
            case FAILED -> new Answer.Missing(not.sentence());
          });
    }
    return reply instanceof ClientReply.Waiting
        ? to(state, new Effect.Await(site, Patience.OF_PROGRESS))
        : to(state);
  }

  private static Step settle(SurveyState state, String site, Answer answer) {
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect.StopWaiting(site));
    return concluded(state.answered(site, answer), effects);
  }

  private static Step concluded(SurveyState state, List<Effect> effects) {
    if (state.waiting().isEmpty()) {
      effects.add(new Effect.Conclude(state.answers()));
    }
    return new Step(state, effects);
  }

  private static Step to(SurveyState state, Effect... effects) {
    return new Step(state, List.of(effects));
  }
}
