package dev.weft.privacy.secagg.message;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.FieldReader;
import dev.weft.privacy.keys.FieldWriter;
import dev.weft.privacy.secagg.Sha256;
import dev.weft.privacy.secagg.Signer;
import dev.weft.privacy.secagg.Verifier;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.graph.Plan;
import dev.weft.privacy.secagg.shamir.Shamir;
import java.util.List;

/**
 * Step 4b: the shares that take the masks off the sum.
 *
 * @param from index of the site
 * @param shares ascending by whose secret they are of
 * @param signature of the site
 */
public record UnmaskShares(Bytes session, int from, List<Revealed> shares, Bytes signature)
    implements SiteMessage {
  static final String CONTEXT = "secagg/v1/message/unmask-shares";

  public UnmaskShares {
    shares = List.copyOf(shares);
    IndexSet.of(shares.stream().mapToInt(Revealed::of).toArray());
  }

  /** Which of the two secrets of a site: never both. */
  public enum Kind {
    /** b: the seed of a survivor's own mask. */
    OWN_MASK,
    /** r: the root of the pairwise masks of a site that dropped out. */
    PAIR_MASKS
  }

  /**
   * A share.
   *
   * @param of whose secret it is of
   * @param value {@link Shamir#SHARE_BYTES}
   */
  public record Revealed(int of, Kind kind, Bytes value) {
    public Revealed {
      if (!Shamir.isShare(value)) {
        throw new IllegalArgumentException("share: these bytes are no elements of the field");
      }
    }
  }

  /** Signed by the site. */
  public static UnmaskShares of(Bytes session, int from, List<Revealed> shares, Signer site) {
    return new UnmaskShares(
        session, from, shares, site.sign(signed(session, from, shares).toArray()));
  }

  public boolean isBy(Verifier site) {
    return site.verifies(signed(session, from, shares).toArray(), signature);
  }

  private static FieldWriter signed(Bytes session, int from, List<Revealed> shares) {
    return new FieldWriter(CONTEXT)
        .fixed(session)
        .count(from)
        .list(
            shares,
            (fields, share) ->
                fields
                    .count(share.of())
                    .count(share.kind() == Kind.OWN_MASK ? 0 : 1)
                    .fixed(share.value()));
  }

  @Override
  public byte[] encode() {
    return signed(session, from, shares).fixed(signature).toArray();
  }

  static UnmaskShares read(FieldReader fields) {
    return new UnmaskShares(
        fields.fixed(Sha256.BYTES),
        fields.integer(1, Plan.MOST_SITES),
        fields.list(
            Plan.MOST_SITES,
            share ->
                new Revealed(
                    share.integer(1, Plan.MOST_SITES),
                    share.integer(0, 1) == 0 ? Kind.OWN_MASK : Kind.PAIR_MASKS,
                    share.fixed(Shamir.SHARE_BYTES))),
        fields.fixed(Verifier.SIGNATURE_BYTES));
  }
}
