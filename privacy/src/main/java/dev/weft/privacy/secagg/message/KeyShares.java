package dev.weft.privacy.secagg.message;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.FieldReader;
import dev.weft.privacy.keys.FieldWriter;
import dev.weft.privacy.secagg.Sha256;
import dev.weft.privacy.secagg.Signer;
import dev.weft.privacy.secagg.Verifier;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.graph.Plan;
import dev.weft.privacy.secagg.primitive.Suite;
import dev.weft.privacy.secagg.shamir.Shamir;
import java.util.List;

/**
 * Step 1b: shares of a site's secrets, one for each of its neighbours.
 *
 * @param from index of the site
 * @param shares ascending by whom they are for
 * @param commitment to the seed of its own mask
 * @param signature of the site
 */
public record KeyShares(
    Bytes session, int from, List<Sealed> shares, Bytes commitment, Bytes signature)
    implements SiteMessage {
  static final String CONTEXT = "secagg/v1/message/shares";

  /** Two shares, and from whom to whom they go. */
  public static final int TEXT_BYTES = 2 * Shamir.SHARE_BYTES + 2 * Integer.BYTES;

  /** A sealed text. */
  static final int SEALED_BYTES = TEXT_BYTES + Suite.TAG_BYTES;

  public KeyShares {
    shares = List.copyOf(shares);
    IndexSet.of(shares.stream().mapToInt(Sealed::other).toArray());
  }

  /**
   * Shares between two sites.
   *
   * @param other the neighbour they are for, or the one they are from once they are forwarded
   * @param box that only the neighbour opens
   * @param kem ciphertexts of a hybrid suite: for the shares, and, from the lower index, for the
   *     masks; else empty
   */
  public record Sealed(int other, Bytes box, Bytes kem) {
    void write(FieldWriter fields) {
      fields.count(other).fixed(box).bytes(kem);
    }

    static Sealed read(FieldReader fields) {
      return new Sealed(
          fields.integer(1, Plan.MOST_SITES),
          fields.fixed(SEALED_BYTES),
          Bytes.of(fields.bytes(Advertisement.MOST_KEM_BYTES)));
    }
  }

  /** Signed by the site. */
  public static KeyShares of(
      Bytes session, int from, List<Sealed> shares, Bytes commitment, Signer site) {
    byte[] signed = signed(session, body(session, from, shares, commitment));
    return new KeyShares(session, from, shares, commitment, site.sign(signed));
  }

  public boolean isBy(Verifier site) {
    return site.verifies(signed(session, body(session, from, shares, commitment)), signature);
  }

  /** For whom they are. */
  public IndexSet recipients() {
    return IndexSet.of(shares.stream().mapToInt(Sealed::other).toArray());
  }

  private static byte[] signed(Bytes session, FieldWriter body) {
    return new FieldWriter("secagg/v1/shares").fixed(session).fixed(Sha256.of(body)).toArray();
  }

  private static FieldWriter body(Bytes session, int from, List<Sealed> shares, Bytes commitment) {
    return new FieldWriter(CONTEXT)
        .fixed(session)
        .count(from)
        .list(shares, (fields, share) -> share.write(fields))
        .fixed(commitment);
  }

  @Override
  public byte[] encode() {
    return body(session, from, shares, commitment).fixed(signature).toArray();
  }

  static KeyShares read(FieldReader fields) {
    return new KeyShares(
        fields.fixed(Sha256.BYTES),
        fields.integer(1, Plan.MOST_SITES),
        fields.list(Plan.MOST_SITES, Sealed::read),
        fields.fixed(Sha256.BYTES),
        fields.fixed(Verifier.SIGNATURE_BYTES));
  }
}
