package dev.weft.privacy.secagg.coordinator;

import dev.weft.core.Text;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.message.SiteMessage;
import dev.weft.privacy.secagg.message.UnmaskShares;
import dev.weft.privacy.secagg.message.UnmaskShares.Kind;

/** Survivors are agreed on; they send the shares that take the masks off. */
public final class Unmasking implements CoordinatorState {
  private final Cohort cohort;
  private final Inputs inputs;
  private final IndexSet signers;
  private final Inbox<UnmaskShares> shares;
  private final Heard heard;

  Unmasking(
      Cohort cohort, Inputs inputs, IndexSet signers, Inbox<UnmaskShares> shares, Heard heard) {
    this.cohort = cohort;
    this.inputs = inputs;
    this.signers = signers;
    this.shares = shares;
    this.heard = heard;
  }

  @Override
  public CoordinatorStep on(NodeId from, SiteMessage message) {
    return cohort.expecting(
        UnmaskShares.class,
        signers,
        this,
        heard,
        from,
        message,
        (index, sent) -> take(from, index, sent));
  }

  private CoordinatorStep take(NodeId from, int index, UnmaskShares sent) {
    if (!sent.session().equals(cohort.session().id())
        || sent.from() != index
        || !areAllAsked(index, sent)
        || !sent.isBy(cohort.verifier(index))) {
      return CoordinatorStep.refused(
          this,
          Text.format(
              "the shares of %s are not signed by it, of another session, or not one of each site"
                  + " that it holds shares of",
              from));
    }
    Unmasking next =
        new Unmasking(cohort, inputs, signers, shares.with(index, sent), heard.and(from, sent));
    return next.shares.size() == signers.size() ? next.close() : CoordinatorStep.to(next);
  }

  private boolean areAllAsked(int index, UnmaskShares sent) {
    int[] expected = cohort.holders(index).and(inputs.sharing()).toArray();
    if (expected.length != sent.shares().size()) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      UnmaskShares.Revealed share = sent.shares().get(i);
      Kind kind = inputs.survivors().contains(expected[i]) ? Kind.OWN_MASK : Kind.PAIR_MASKS;
      if (share.of() != expected[i] || share.kind() != kind) {
        return false;
      }
    }
    return true;
  }

  @Override
  public CoordinatorStep close() {
    try {
      return CoordinatorStep.to(new MaskRecovery(cohort, inputs, shares).unmasked(heard));
    } catch (MaskRecovery.Lost e) {
      return CoordinatorStep.to(new Failed(e.getMessage()));
    }
  }
}
