package dev.weft.privacy.secagg.site;

import dev.weft.core.Text;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.mask.Mask;
import dev.weft.privacy.secagg.message.CoordinatorMessage;
import dev.weft.privacy.secagg.message.ForwardedShares;
import dev.weft.privacy.secagg.message.KeyShares;
import dev.weft.privacy.secagg.primitive.Kem;
import dev.weft.privacy.secagg.primitive.Secret;
import dev.weft.privacy.secagg.session.Session;
import dev.weft.privacy.secagg.shamir.Shamir;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Shares are sent; the neighbours' are to come. */
public final class Shared implements SiteState {
  private final Seat seat;
  private final SecretShares own;
  private final Heard heard;

  Shared(Seat seat, SecretShares own, Heard heard) {
    this.seat = seat;
    this.own = own;
    this.heard = heard;
  }

  @Override
  public SiteStep on(CoordinatorMessage message) {
    return seat.expecting(ForwardedShares.class, this, heard, message, this::take);
  }

  private SiteStep take(ForwardedShares forwarded) {
    Session session = seat.session();
    IndexSet senders = forwarded.senders();
    IndexSet neighbours = session.graph().neighbours(seat.index());
    if (forwarded.to() != seat.index() || !neighbours.containsAll(senders)) {
      return SiteStep.alarm(this, "shares came that are not from this site's neighbours to it");
    }
    if (senders.size() + 1 < session.threshold()) {
      return SiteStep.leave(
          this,
          Text.format(
              "%d of this site and its neighbours have shared where %d are needed",
              senders.size() + 1, session.threshold()));
    }
    HeldShares held = new HeldShares(seat.index(), own.ownShare());
    Mask[] masks = new Mask[senders.size() + 1];
    masks[senders.size()] = session.ownMask(own.ownMask(), seat.index());
    Optional<String> objection = open(forwarded.shares(), held, masks);
    if (objection.isPresent()) {
      held.erase();
      Arrays.stream(masks).filter(mask -> mask != null).forEach(mask -> mask.seed().erase());
      return SiteStep.alarm(this, objection.get());
    }
    own.erase();
    return SiteStep.to(
        new Ready(seat, held, List.of(masks), heard.and(forwarded, Optional.empty())));
  }

  private Optional<String> open(List<KeyShares.Sealed> shares, HeldShares held, Mask[] masks) {
    List<Optional<byte[]>> texts = new ArrayList<>();
    shares.forEach(share -> texts.add(Optional.empty()));
    seat.setup()
        .lanes()
        .each(
            shares.size(),
            i -> {
              texts.set(i, open(shares.get(i)));
              if (texts.get(i).isPresent()) {
                masks[i] = mask(shares.get(i)).orElse(null);
              }
            });
    for (int i = 0; i < shares.size(); i++) {
      int from = shares.get(i).other();
      if (texts.get(i).isEmpty()) {
        return Optional.of(Text.format("the shares of site %s do not open", node(from)));
      }
      if (masks[i] == null) {
        return Optional.of(
            Text.format("the key of site %s gives zeros with any other", node(from)));
      }
      ByteBuffer text = ByteBuffer.wrap(texts.get(i).get());
      byte[] ownMask = new byte[Shamir.SHARE_BYTES];
      byte[] maskRoot = new byte[Shamir.SHARE_BYTES];
      text.get(ownMask).get(maskRoot);
      int sender = text.getInt();
      int receiver = text.getInt();
      boolean between = sender == from && receiver == seat.index();
      Arrays.fill(text.array(), (byte) 0);
      if (!between || !HeldShares.areShares(ownMask, maskRoot)) {
        return Optional.of(
            Text.format("the shares of site %s are not from it to this one", node(from)));
      }
      held.put(from, ownMask, maskRoot);
    }
    return Optional.empty();
  }

  private NodeId node(int site) {
    return seat.session().node(site);
  }

  private Optional<byte[]> open(KeyShares.Sealed share) {
    Session session = seat.session();
    int from = share.other();
    if (share.kem().size() != session.kemBytes(from, seat.index())) {
      return Optional.empty();
    }
    Optional<Kem.Encapsulated> kem = session.shareDecapsulation(own.shareKeys(), share.kem());
    Secret key = session.shareKey(own.agreed(from).bytes(), from, seat.index(), kem);
    Optional<byte[]> text =
        session
            .suite()
            .open(key, session.about(from, seat.index()), share.box().toArray())
            .filter(opened -> opened.length == KeyShares.TEXT_BYTES);
    key.erase();
    return text;
  }

  private Optional<Mask> mask(KeyShares.Sealed share) {
    Session session = seat.session();
    Bytes received = session.maskCiphertext(share.other(), seat.index(), share.kem());
    return session.pairMask(own.maskKeys(), seat.index(), share.other(), received);
  }

  @Override
  public void erase() {
    own.erase();
  }
}
