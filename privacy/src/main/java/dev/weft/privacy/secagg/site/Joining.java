package dev.weft.privacy.secagg.site;

import dev.weft.core.Text;
import dev.weft.privacy.secagg.Context;
import dev.weft.privacy.secagg.message.Advertisement;
import dev.weft.privacy.secagg.message.Offer;
import dev.weft.privacy.secagg.session.MaskKeys;
import dev.weft.privacy.secagg.session.ShareKeys;
import java.util.Optional;

/** The way into a session. */
public final class Joining {
  private Joining() {}

  /**
   * Looks at an offer, and takes it by advertising fresh keys, or declines.
   *
   * @param last the last attempt of that run that the site has seen an offer of; nothing up to it
   *     is taken again
   * @param secrets drawn for this session
   */
  public static SiteStep join(
      Offer offer, SiteSetup setup, Optional<Context.Attempt> last, SiteSecrets secrets) {
    Optional<String> objection = objection(offer, setup, last);
    if (objection.isPresent()) {
      secrets.erase();
      return SiteStep.to(
          new Ended(
              Text.format("%s takes no part in the session: %s", setup.node(), objection.get()),
              !offer.isBy(setup.coordinator())));
    }
    ShareKeys shareKeys = ShareKeys.of(setup.suite(), secrets.shareRoot());
    MaskKeys maskKeys = MaskKeys.of(setup.suite(), secrets.maskRoot());
    Advertisement own =
        Advertisement.of(
            offer.context().digest(),
            setup.node(),
            shareKeys.publicKey(),
            maskKeys.publicKey(),
            maskKeys.kemKey().and(shareKeys.kemKey()),
            secrets.nonce(),
            setup.signer());
    Heard heard = Heard.NOTHING.and(offer, Optional.of(own));
    return SiteStep.to(new Advertised(setup, offer, secrets, shareKeys, maskKeys, own, heard), own);
  }

  private static Optional<String> objection(
      Offer offer, SiteSetup setup, Optional<Context.Attempt> last) {
    if (!offer.isBy(setup.coordinator())) {
      return Optional.of("the coordinator has not signed the offer");
    }
    if (last.isPresent() && !offer.context().place().isAfter(last.get())) {
      return Optional.of(
          Text.format(
              "round %d, attempt %d is past", offer.context().round(), offer.context().attempt()));
    }
    if (!offer.terms().suite().equals(setup.suite().name())) {
      return Optional.of(
          Text.format(
              "it uses the suite %s where this site uses %s",
              Text.quoted(offer.terms().suite()), setup.suite().name()));
    }
    return setup.policy().objection(offer);
  }
}
