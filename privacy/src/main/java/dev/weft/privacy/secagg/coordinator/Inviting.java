package dev.weft.privacy.secagg.coordinator;

import dev.weft.core.Text;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.Context;
import dev.weft.privacy.secagg.Terms;
import dev.weft.privacy.secagg.message.Offer;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The way into a session. */
public final class Inviting {
  private Inviting() {}

  /**
   * Offers a session to some sites.
   *
   * @param context of an attempt that nobody has seen before
   */
  public static CoordinatorStep open(
      CoordinatorSetup setup, Context context, Terms terms, Collection<NodeId> sites) {
    if (!terms.suite().equals(setup.suite().name())) {
      throw new IllegalArgumentException(
          Text.format("terms: suite %s, where there is %s", terms.suite(), setup.suite().name()));
    }
    List<NodeId> invited =
        sites.stream().distinct().sorted(Comparator.comparing(NodeId::value)).toList();
    Offer offer = Offer.of(context, terms, setup.signer());
    return CoordinatorStep.to(
        new Advertising(setup, offer, invited, Inbox.upTo(invited.size()), Heard.nothing(invited)),
        invited.stream().map(site -> new CoordinatorStep.Delivery(site, offer)).toList());
  }
}
