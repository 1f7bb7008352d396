package dev.weft.privacy.secagg.message;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.FieldReader;
import dev.weft.privacy.keys.FieldWriter;
import dev.weft.privacy.secagg.Sha256;
import dev.weft.privacy.secagg.Signer;
import dev.weft.privacy.secagg.Verifier;
import dev.weft.privacy.secagg.graph.Plan;

/**
 * Step 2b: what a site says of its masked vector, which travels beside it.
 *
 * @param from index of the site
 * @param bits of every integer
 * @param values number of integers
 * @param digest of the integers, as {@link dev.weft.privacy.secagg.mask.RingDigest} has it
 * @param signature of the site
 */
public record MaskedInput(
    Bytes session, int from, int bits, int values, Bytes digest, Bytes signature)
    implements SiteMessage {
  static final String CONTEXT = "secagg/v1/message/masked";

  /** Signed by the site. */
  public static MaskedInput of(
      Bytes session, int from, int bits, int values, Bytes digest, Signer site) {
    byte[] signed = signed(session, from, bits, values, digest).toArray();
    return new MaskedInput(session, from, bits, values, digest, site.sign(signed));
  }

  public boolean isBy(Verifier site) {
    return site.verifies(signed(session, from, bits, values, digest).toArray(), signature);
  }

  private static FieldWriter signed(Bytes session, int from, int bits, int values, Bytes digest) {
    return new FieldWriter(CONTEXT)
        .fixed(session)
        .count(from)
        .count(bits)
        .count(values)
        .fixed(digest);
  }

  @Override
  public byte[] encode() {
    return signed(session, from, bits, values, digest).fixed(signature).toArray();
  }

  static MaskedInput read(FieldReader fields) {
    return new MaskedInput(
        fields.fixed(Sha256.BYTES),
        fields.integer(1, Plan.MOST_SITES),
        fields.integer(1, Long.SIZE),
        fields.integer(1, Integer.MAX_VALUE),
        fields.fixed(Sha256.BYTES),
        fields.fixed(Verifier.SIGNATURE_BYTES));
  }
}
