package dev.weft.privacy.secagg.site;

import dev.weft.core.Text;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.message.CoordinatorMessage;
import dev.weft.privacy.secagg.message.Survivors;
import dev.weft.privacy.secagg.message.SurvivorsSignature;
import dev.weft.privacy.secagg.session.Session;
import java.util.Optional;

/** The vector is masked; who survived is to come. */
public final class Masked implements SiteState {
  private final Seat seat;
  private final HeldShares held;
  private final Heard heard;

  Masked(Seat seat, HeldShares held, Heard heard) {
    this.seat = seat;
    this.held = held;
    this.heard = heard;
  }

  @Override
  public SiteStep on(CoordinatorMessage message) {
    return seat.expecting(Survivors.class, this, heard, message, this::confirm);
  }

  private SiteStep confirm(Survivors survivors) {
    Session session = seat.session();
    IndexSet indices = survivors.indices();
    IndexSet around = session.graph().holders(seat.index());
    if (!indices.contains(seat.index())
        || !IndexSet.upTo(session.size()).containsAll(indices)
        || !held.of().containsAll(indices.and(around))) {
      return SiteStep.alarm(
          this, "the survivors lack this site, or hold one that was not in the session any more");
    }
    if (indices.size() < session.terms().minSurvivors()) {
      return SiteStep.alarm(
          this,
          Text.format(
              "a sum of %d sites would be shown where at least %d were agreed",
              indices.size(), session.terms().minSurvivors()));
    }
    if (around.common(indices) < session.threshold()) {
      return SiteStep.alarm(
          this,
          Text.format(
              "%d of this site and its neighbours survived where %d are needed",
              around.common(indices), session.threshold()));
    }
    Bytes signature = seat.setup().signer().sign(survivors.statement());
    SurvivorsSignature reply = new SurvivorsSignature(session.id(), seat.index(), signature);
    return SiteStep.to(
        new Confirmed(seat, held, survivors, heard.and(survivors, Optional.of(reply))), reply);
  }

  @Override
  public void erase() {
    held.erase();
  }
}
