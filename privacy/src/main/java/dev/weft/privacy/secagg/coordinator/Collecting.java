package dev.weft.privacy.secagg.coordinator;

import dev.weft.core.Text;
import dev.weft.core.update.RingSource;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.coordinator.CoordinatorStep.Delivery;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.mask.RingDigest;
import dev.weft.privacy.secagg.message.KeyShares;
import dev.weft.privacy.secagg.message.MaskedInput;
import dev.weft.privacy.secagg.message.SiteMessage;
import dev.weft.privacy.secagg.message.Survivors;
import dev.weft.privacy.secagg.session.Session;
import java.util.Optional;

/** Shares went round; sites send their masked vectors. */
public final class Collecting implements CoordinatorState {
  private final Cohort cohort;
  private final IndexSet sharing;
  private final Inbox<KeyShares> shares;
  private final Inbox<RingSource> vectors;
  private final Heard heard;

  Collecting(
      Cohort cohort,
      IndexSet sharing,
      Inbox<KeyShares> shares,
      Inbox<RingSource> vectors,
      Heard heard) {
    this.cohort = cohort;
    this.sharing = sharing;
    this.shares = shares;
    this.vectors = vectors;
    this.heard = heard;
  }

  @Override
  public CoordinatorStep on(NodeId from, SiteMessage message) {
    return heard.step(this, from, message).orElseGet(() -> Cohort.unexpected(this, from, message));
  }

  @Override
  public CoordinatorStep upload(NodeId from, MaskedInput input, RingSource vector) {
    return cohort.expecting(
        MaskedInput.class,
        sharing,
        this,
        heard,
        from,
        input,
        (index, sent) -> take(from, index, sent, vector));
  }

  private CoordinatorStep take(NodeId from, int index, MaskedInput input, RingSource vector) {
    Session session = cohort.session();
    if (!input.session().equals(session.id())
        || input.from() != index
        || !input.isBy(cohort.verifier(index))) {
      return CoordinatorStep.refused(
          this, Text.format("the vector of %s is not signed by it, or of another session", from));
    }
    if (!input.partners().equals(MaskedInput.partners(cohort.holders(index).and(sharing)))) {
      return CoordinatorStep.refused(
          this,
          Text.format(
              "the vector of %s is not masked with those who shared with it; it was told others",
              from));
    }
    if (input.bits() != session.terms().bits()
        || input.values() != session.terms().values()
        || vector.bits() != input.bits()
        || vector.size() != input.values()
        || !RingDigest.of(vector).equals(input.digest())) {
      return CoordinatorStep.refused(
          this,
          Text.format(
              "the vector of %s is not the one it signed, or not %d integers of %d bits",
              from, session.terms().values(), session.terms().bits()));
    }
    Collecting next =
        new Collecting(
            cohort, sharing, shares, vectors.with(index, vector), heard.and(from, input));
    return next.vectors.size() == sharing.size() ? next.close() : CoordinatorStep.to(next);
  }

  @Override
  public CoordinatorStep close() {
    IndexSet indices = Cohort.senders(vectors);
    Optional<String> lacking = cohort.lacking(indices, sharing, "have sent their vectors");
    if (lacking.isPresent()) {
      return CoordinatorStep.to(new Failed(lacking.get()));
    }
    Survivors survivors = cohort.session().survivors(indices);
    return CoordinatorStep.to(
        new Agreeing(
            cohort,
            new Inputs(sharing, shares, indices, vectors),
            survivors,
            Inbox.upTo(cohort.size()),
            heard),
        indices.stream()
            .mapToObj(index -> new Delivery(cohort.session().node(index), survivors))
            .toList());
  }
}
