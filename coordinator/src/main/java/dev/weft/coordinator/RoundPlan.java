package dev.weft.coordinator;

import dev.weft.coordinator.store.Archived;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.method.LocalRound;
import dev.weft.core.protection.Protection;
import dev.weft.core.random.Seed;
import dev.weft.core.update.UpdateCodec;
import dev.weft.protocol.LocalPlan;
import dev.weft.protocol.RoundId;
import dev.weft.protocol.Terms;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a round is about, and what follows from it for a client.
 *
 * @param start the state that the round starts from
 * @param catalogue its pieces at the ranks of the cohort
 */
record RoundPlan(
    RunSpec spec,
    RunFacilities facilities,
    RoundId id,
    Archived start,
    Catalogue catalogue,
    List<Site> cohort) {

  RoundPlan {
    cohort = List.copyOf(cohort);
  }

  GlobalState reference() {
    return start.state();
  }

  RoundRules rules() {
    return new RoundRules(
        id,
        cohort.stream().map(Site::name).collect(Collectors.toCollection(TreeSet::new)),
        spec.round().minClients());
  }

  /** Randomness of this round's aggregation, whatever the attempt. */
  Seed seed() {
    return spec.seed().of("round", id.round());
  }

  /** The adapter that clients of this rank train in this round. */
  AdapterForm form(int rank) {
    return spec.method().schedule().form(reference().adapter().form(), id.round()).withRank(rank);
  }

  /** Trained scalars in the update of a client of this rank; its weight comes in addition. */
  long entries(int rank) {
    return form(rank).trainedElements(reference().adapter().target());
  }

  /** Of an update, in bytes. */
  long longestUpdate() {
    return cohort.stream()
        .map(Site::rank)
        .distinct()
        .mapToLong(rank -> UpdateCodec.bytes(spec.encoding().bits(), entries(rank)))
        .max()
        .orElseThrow();
  }

  Terms terms(int rank) {
    return new Terms(
        spec.method().name(),
        rank,
        spec.encoding().mostExamples(),
        form(rank).trained(),
        reference().adapter().target().digest(),
        spec.base(),
        start.checkpoint().state());
  }

  LocalPlan local(int rank) {
    return new LocalPlan(
        form(rank),
        new LocalRound(spec.method().objective(), spec.training(), id.round(), spec.rounds()),
        Protection.rounding(spec.encoding()),
        spec.seed());
  }
}
