package dev.weft.privacy.secagg.coordinator;

import dev.weft.core.Text;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.coordinator.CoordinatorStep.Delivery;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.message.SiteMessage;
import dev.weft.privacy.secagg.message.Survivors;
import dev.weft.privacy.secagg.message.SurvivorsSignature;
import dev.weft.privacy.secagg.message.UnmaskRequest;
import java.util.List;
import java.util.Optional;

/** The survivors are known; they sign that they have seen the same list. */
public final class Agreeing implements CoordinatorState {
  private final Cohort cohort;
  private final Inputs inputs;
  private final Survivors survivors;
  private final Inbox<Bytes> signatures;
  private final Heard heard;

  Agreeing(
      Cohort cohort, Inputs inputs, Survivors survivors, Inbox<Bytes> signatures, Heard heard) {
    this.cohort = cohort;
    this.inputs = inputs;
    this.survivors = survivors;
    this.signatures = signatures;
    this.heard = heard;
  }

  @Override
  public CoordinatorStep on(NodeId from, SiteMessage message) {
    return cohort.expecting(
        SurvivorsSignature.class,
        inputs.survivors(),
        this,
        heard,
        from,
        message,
        (index, sent) -> take(from, index, sent));
  }

  private CoordinatorStep take(NodeId from, int index, SurvivorsSignature signed) {
    if (!signed.session().equals(cohort.session().id())
        || signed.from() != index
        || !cohort.verifier(index).verifies(survivors.statement(), signed.signature())) {
      return CoordinatorStep.refused(this, Text.format("%s has not signed these survivors", from));
    }
    Agreeing next =
        new Agreeing(
            cohort,
            inputs,
            survivors,
            signatures.with(index, signed.signature()),
            heard.and(from, signed));
    return next.signatures.size() == inputs.survivors().size()
        ? next.close()
        : CoordinatorStep.to(next);
  }

  @Override
  public CoordinatorStep close() {
    IndexSet signers = Cohort.senders(signatures);
    Optional<String> lacking =
        cohort.withoutShares(signers, inputs.sharing(), "have signed the survivors");
    if (lacking.isPresent()) {
      return CoordinatorStep.to(new Failed(lacking.get()));
    }
    return CoordinatorStep.to(
        new Unmasking(cohort, inputs, signers, Inbox.upTo(cohort.size()), heard),
        signers.stream()
            .mapToObj(to -> new Delivery(cohort.session().node(to), request(to, signers)))
            .toList());
  }

  private UnmaskRequest request(int to, IndexSet signers) {
    List<UnmaskRequest.Signed> proof =
        cohort.holders(to).and(signers).stream()
            .limit(cohort.session().threshold())
            .mapToObj(by -> new UnmaskRequest.Signed(by, signatures.of(by).orElseThrow()))
            .toList();
    return new UnmaskRequest(cohort.session().id(), proof);
  }
}
