package dev.weft.privacy.secagg.site;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.secagg.message.KeyShares;
import dev.weft.privacy.secagg.primitive.Kem;
import dev.weft.privacy.secagg.primitive.Secret;
import dev.weft.privacy.secagg.session.MaskKeys;
import dev.weft.privacy.secagg.session.Session;
import dev.weft.privacy.secagg.session.ShareKeys;
import dev.weft.privacy.secagg.shamir.Coefficients;
import dev.weft.privacy.secagg.shamir.Shamir;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A site's two secrets in shares for its neighbours, and what it needs to open theirs. */
final class SecretShares {
  private final Seat seat;
  private final SiteSecrets secrets;
  private final ShareKeys shareKeys;
  private final MaskKeys maskKeys;
  private final int[] holders;

  /** What this site shares with each holder by their keys c; nothing with itself. */
  private final Secret[] agreed;

  private byte[][] ownMaskShares = new byte[0][];

  SecretShares(Seat seat, SiteSecrets secrets, ShareKeys shareKeys, MaskKeys maskKeys) {
    this.seat = seat;
    this.secrets = secrets;
    this.shareKeys = shareKeys;
    this.maskKeys = maskKeys;
    this.holders = seat.session().graph().holders(seat.index()).toArray();
    this.agreed = new Secret[holders.length];
  }

  ShareKeys shareKeys() {
    return shareKeys;
  }

  MaskKeys maskKeys() {
    return maskKeys;
  }

  Secret ownMask() {
    return secrets.ownMask();
  }

  /** What this site shares with a neighbour. */
  Secret agreed(int neighbour) {
    return agreed[Arrays.binarySearch(holders, neighbour)];
  }

  /** The share of its own mask's seed that it keeps for itself. */
  Bytes ownShare() {
    return Bytes.of(ownMaskShares[Arrays.binarySearch(holders, seat.index())]);
  }

  /** The message; empty if some neighbour's key gives zeros with any. */
  Optional<KeyShares> seal() {
    Session session = seat.session();
    Coefficients coefficients = new Coefficients(session.suite().masks(), secrets.coefficients());
    int threshold = session.threshold();
    ownMaskShares = Shamir.split(secrets.ownMask(), threshold, holders, coefficients);
    byte[][] rootShares = Shamir.split(secrets.maskRoot(), threshold, holders, coefficients);
    KeyShares.Sealed[] boxes = new KeyShares.Sealed[holders.length];
    seat.setup()
        .lanes()
        .each(
            holders.length,
            i -> {
              if (holders[i] != seat.index()) {
                shareKeys
                    .agree(session.keys(holders[i]).shareKey())
                    .ifPresent(
                        secret -> {
                          agreed[i] = secret;
                          boxes[i] = boxed(i, ownMaskShares[i], rootShares[i]);
                        });
              }
            });
    Arrays.stream(rootShares).forEach(share -> Arrays.fill(share, (byte) 0));
    List<KeyShares.Sealed> all = Arrays.stream(boxes).filter(one -> one != null).toList();
    return all.size() < holders.length - 1
        ? Optional.empty()
        : Optional.of(
            KeyShares.of(
                session.id(),
                seat.index(),
                all,
                session.commitment(secrets.ownMask(), seat.index()),
                seat.setup().signer()));
  }

  private KeyShares.Sealed boxed(int holder, byte[] ownMaskShare, byte[] rootShare) {
    Session session = seat.session();
    int from = seat.index();
    int to = holders[holder];
    Optional<Kem.Encapsulated> kem = session.suite().kem().map(kind -> encapsulated(from, to));
    Secret key = session.shareKey(agreed[holder].bytes(), from, to, kem);
    byte[] text =
        ByteBuffer.allocate(KeyShares.TEXT_BYTES)
            .put(ownMaskShare)
            .put(rootShare)
            .putInt(from)
            .putInt(to)
            .array();
    byte[] box = session.suite().seal(key, session.about(from, to), text);
    key.erase();
    Arrays.fill(text, (byte) 0);
    return new KeyShares.Sealed(
        to, Bytes.of(box), kem.map(Kem.Encapsulated::ciphertext).orElse(Bytes.NONE));
  }

  /** The secret for the shares, with the ciphertexts for it and, from the lower site, for masks. */
  private Kem.Encapsulated encapsulated(int from, int to) {
    Session session = seat.session();
    Kem.Encapsulated shares = session.shareEncapsulation(secrets.coefficients(), from, to);
    if (from > to) {
      return shares;
    }
    Kem.Encapsulated masks = session.maskEncapsulation(maskKeys, from, to);
    masks.secret().erase();
    return new Kem.Encapsulated(shares.ciphertext().and(masks.ciphertext()), shares.secret());
  }

  void erase() {
    secrets.erase();
    shareKeys.erase();
    maskKeys.erase();
    Arrays.stream(agreed).filter(secret -> secret != null).forEach(Secret::erase);
    Arrays.stream(ownMaskShares).forEach(share -> Arrays.fill(share, (byte) 0));
  }
}
