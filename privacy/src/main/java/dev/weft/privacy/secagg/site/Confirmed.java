package dev.weft.privacy.secagg.site;

import dev.weft.core.Text;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.message.CoordinatorMessage;
import dev.weft.privacy.secagg.message.Survivors;
import dev.weft.privacy.secagg.message.UnmaskRequest;
import dev.weft.privacy.secagg.message.UnmaskShares;
import dev.weft.privacy.secagg.session.Session;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The survivors are signed; proof that others signed the same ones is to come. */
public final class Confirmed implements SiteState {
  private final Seat seat;
  private final HeldShares held;
  private final Survivors survivors;
  private final Heard heard;

  Confirmed(Seat seat, HeldShares held, Survivors survivors, Heard heard) {
    this.seat = seat;
    this.held = held;
    this.survivors = survivors;
    this.heard = heard;
  }

  @Override
  public SiteStep on(CoordinatorMessage message) {
    return seat.expecting(UnmaskRequest.class, this, heard, message, this::answer);
  }

  private SiteStep answer(UnmaskRequest request) {
    Session session = seat.session();
    IndexSet around = session.graph().holders(seat.index()).and(survivors.indices());
    if (!around.containsAll(request.signers()) || request.signers().size() < session.threshold()) {
      return SiteStep.alarm(
          this,
          Text.format(
              "%d of this site and its surviving neighbours vouch for the survivors where %d are"
                  + " needed",
              around.common(request.signers()), session.threshold()));
    }
    byte[] statement = survivors.statement();
    AtomicInteger valid = new AtomicInteger();
    seat.setup()
        .lanes()
        .each(
            request.signatures().size(),
            i -> {
              UnmaskRequest.Signed signed = request.signatures().get(i);
              if (seat.verifier(signed.by()).verifies(statement, signed.signature())) {
                valid.incrementAndGet();
              }
            });
    if (valid.get() < request.signatures().size()) {
      return SiteStep.alarm(
          this,
          "other sites have not signed the survivors that this site was told: the coordinator"
              + " tells sites different things");
    }
    UnmaskShares reply =
        UnmaskShares.of(
            session.id(), seat.index(), held.reveal(survivors.indices()), seat.setup().signer());
    held.erase();
    return SiteStep.to(
        new Answered(
            seat, session.transcript(survivors.indices()), heard.and(request, Optional.of(reply))),
        reply);
  }

  @Override
  public void erase() {
    held.erase();
  }
}
