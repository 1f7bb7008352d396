package dev.weft.privacy.secagg.coordinator;

import dev.weft.core.Text;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.coordinator.CoordinatorStep.Delivery;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.message.ForwardedShares;
import dev.weft.privacy.secagg.message.KeyShares;
import dev.weft.privacy.secagg.message.SiteMessage;
import dev.weft.privacy.secagg.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The roster is out; sites share their secrets. */
public final class Sharing implements CoordinatorState {
  private final Cohort cohort;
  private final Inbox<KeyShares> shares;
  private final Heard heard;

  Sharing(Cohort cohort, Inbox<KeyShares> shares, Heard heard) {
    this.cohort = cohort;
    this.shares = shares;
    this.heard = heard;
  }

  @Override
  public CoordinatorStep on(NodeId from, SiteMessage message) {
    return cohort.expecting(
        KeyShares.class,
        IndexSet.upTo(cohort.size()),
        this,
        heard,
        from,
        message,
        (index, sent) -> take(from, index, sent));
  }

  private CoordinatorStep take(NodeId from, int index, KeyShares sent) {
    Session session = cohort.session();
    if (!sent.session().equals(session.id())
        || sent.from() != index
        || !sent.recipients().equals(session.graph().neighbours(index))
        || sent.shares().stream()
            .anyMatch(share -> share.kem().size() != session.kemBytes(index, share.other()))
        || !sent.isBy(cohort.verifier(index))) {
      return CoordinatorStep.refused(
          this,
          Text.format(
              "%s has not shared: not signed by it, not of this session, or not one for each"
                  + " neighbour",
              from));
    }
    Sharing next = new Sharing(cohort, shares.with(index, sent), heard.and(from, sent));
    return next.shares.size() == cohort.size() ? next.close() : CoordinatorStep.to(next);
  }

  @Override
  public CoordinatorStep close() {
    IndexSet sharing = Cohort.senders(shares);
    Optional<String> lacking = cohort.lacking(sharing, sharing, "have shared");
    if (lacking.isPresent()) {
      return CoordinatorStep.to(new Failed(lacking.get()));
    }
    List<Delivery> out = new ArrayList<>();
    sharing.stream()
        .forEach(
            to ->
                out.add(
                    new Delivery(
                        cohort.session().node(to),
                        new ForwardedShares(cohort.session().id(), to, sentTo(to, sharing)))));
    return CoordinatorStep.to(
        new Collecting(cohort, sharing, shares, Inbox.upTo(cohort.size()), heard), out);
  }

  private List<KeyShares.Sealed> sentTo(int to, IndexSet sharing) {
    return cohort.holders(to).and(sharing).stream()
        .filter(from -> from != to)
        .mapToObj(
            from -> {
              KeyShares.Sealed share = sent(shares.of(from).orElseThrow(), to);
              return new KeyShares.Sealed(from, share.box(), share.kem());
            })
        .toList();
  }

  /** What a site sent to another. */
  static KeyShares.Sealed sent(KeyShares shares, int to) {
    List<KeyShares.Sealed> all = shares.shares();
    int low = 0;
    int high = all.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (all.get(middle).other() < to) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return all.get(low);
  }
}
