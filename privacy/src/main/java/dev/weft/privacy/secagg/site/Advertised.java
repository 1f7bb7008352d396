package dev.weft.privacy.secagg.site;

import dev.weft.core.Text;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.secagg.Verifier;
import dev.weft.privacy.secagg.message.Advertisement;
import dev.weft.privacy.secagg.message.CoordinatorMessage;
import dev.weft.privacy.secagg.message.KeyShares;
import dev.weft.privacy.secagg.message.Offer;
import dev.weft.privacy.secagg.message.Roster;
import dev.weft.privacy.secagg.session.MaskKeys;
import dev.weft.privacy.secagg.session.Session;
import dev.weft.privacy.secagg.session.ShareKeys;
import java.util.List;
import java.util.Optional;

/** Keys are advertised; the roster is to come. */
public final class Advertised implements SiteState {
  private final SiteSetup setup;
  private final Offer offer;
  private final SiteSecrets secrets;
  private final ShareKeys shareKeys;
  private final MaskKeys maskKeys;
  private final Advertisement own;
  private final Heard heard;

  Advertised(
      SiteSetup setup,
      Offer offer,
      SiteSecrets secrets,
      ShareKeys shareKeys,
      MaskKeys maskKeys,
      Advertisement own,
      Heard heard) {
    this.setup = setup;
    this.offer = offer;
    this.secrets = secrets;
    this.shareKeys = shareKeys;
    this.maskKeys = maskKeys;
    this.own = own;
    this.heard = heard;
  }

  @Override
  public SiteStep on(CoordinatorMessage message) {
    List<Bytes> here = message instanceof Roster ? List.of(own.context()) : List.of();
    return heard.step(this, message, here).orElseGet(() -> check((Roster) message));
  }

  private SiteStep check(Roster roster) {
    List<Verifier> verifiers;
    try {
      verifiers = new RosterCheck(setup, offer.terms(), own).verifiers(roster);
    } catch (RosterCheck.Untrue e) {
      return SiteStep.alarm(this, Text.format("the roster %s", e.getMessage()));
    }
    Session session = Session.of(setup.suite(), offer.terms(), roster);
    int index =
        1 + roster.entries().stream().map(Roster.Entry::advertisement).toList().indexOf(own);
    Seat seat = new Seat(setup, session, index, verifiers);
    SecretShares shares = new SecretShares(seat, secrets, shareKeys, maskKeys);
    Optional<KeyShares> sent = shares.seal();
    if (sent.isEmpty()) {
      return SiteStep.alarm(this, "the roster holds a key that gives zeros with any other");
    }
    secrets.coefficients().erase();
    return SiteStep.to(
        new Shared(seat, shares, heard.and(roster, Optional.of(sent.get()))), sent.get());
  }

  @Override
  public void erase() {
    secrets.erase();
    shareKeys.erase();
    maskKeys.erase();
  }
}
