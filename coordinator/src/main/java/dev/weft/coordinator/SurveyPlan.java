package dev.weft.coordinator;

import dev.weft.coordinator.store.Archived;
import dev.weft.core.Digest;
import dev.weft.core.adapter.Origin;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.FromClient;
import dev.weft.protocol.RoundId;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What sites are asked to measure: a whole state, whatever the rank that each of them trains.
 *
 * @param state the newest durable one
 */
record SurveyPlan(RunSpec spec, RunFacilities facilities, Archived state) {

  RoundId id() {
    return RoundId.measuring(spec.run(), state.checkpoint().round());
  }

  SurveyRules rules() {
    return new SurveyRules(id(), state.checkpoint().state());
  }

  List<String> sites() {
    return spec.sites().stream().map(Site::name).sorted().toList();
  }

  /** All that sites may have to fetch. */
  Set<Digest> laidOut() {
    return state.manifest().pieces().stream()
        .filter(piece -> piece.origin() instanceof Origin.Fetched)
        .map(piece -> piece.artifact().digest())
        .collect(Collectors.toSet());
  }

  ClientSession.Measure question(ActorRef<FromClient> replyTo) {
    return new ClientSession.Measure(
        id(),
        state.checkpoint().state(),
        state.manifest().form(),
        state.manifest().pieces(),
        spec.round().progressDeadline(),
        replyTo);
  }

  /** Whether classes are predicted, rather than text. */
  boolean classes() {
    return state.state().adapter().target().head().isPresent();
  }
}
