package dev.weft.privacy.secagg.message;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.FieldReader;
import dev.weft.privacy.keys.FieldWriter;
import dev.weft.privacy.secagg.Sha256;
import dev.weft.privacy.secagg.Signer;
import dev.weft.privacy.secagg.Verifier;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.graph.Plan;

/**
 * Step 2b: what a site says of its masked vector, which travels beside it.
 *
 * @param from index of the site
 * @param partners digest of {@link #partners(IndexSet)}: a vector that was masked with others than
 *     the coordinator knows of would spoil the sum
 * @param bits of every integer
 * @param values number of integers
 * @param digest of the integers, as {@link dev.weft.privacy.secagg.mask.RingDigest} has it
 * @param signature of the site
 */
public record MaskedInput(
    Bytes session, int from, Bytes partners, int bits, int values, Bytes digest, Bytes signature)
    implements SiteMessage {
  static final String CONTEXT = "secagg/v1/message/masked";

  /** The digest of those that a site and its neighbours in the session are. */
  public static Bytes partners(IndexSet sites) {
    return Sha256.of(
        new FieldWriter("secagg/v1/partners").list(sites.toList(), FieldWriter::count));
  }

  /** Signed by the site. */
  public static MaskedInput of(
      Bytes session, int from, Bytes partners, int bits, int values, Bytes digest, Signer site) {
    byte[] signed = signed(session, from, partners, bits, values, digest).toArray();
    return new MaskedInput(session, from, partners, bits, values, digest, site.sign(signed));
  }

  public boolean isBy(Verifier site) {
    return site.verifies(
        signed(session, from, partners, bits, values, digest).toArray(), signature);
  }

  private static FieldWriter signed(
      Bytes session, int from, Bytes partners, int bits, int values, Bytes digest) {
    return new FieldWriter(CONTEXT)
        .fixed(session)
        .count(from)
        .fixed(partners)
        .count(bits)
        .count(values)
        .fixed(digest);
  }

  @Override
  public byte[] encode() {
    return signed(session, from, partners, bits, values, digest).fixed(signature).toArray();
  }

  static MaskedInput read(FieldReader fields) {
    return new MaskedInput(
        fields.fixed(Sha256.BYTES),
        fields.integer(1, Plan.MOST_SITES),
        fields.fixed(Sha256.BYTES),
        fields.integer(1, Long.SIZE),
        fields.integer(1, Integer.MAX_VALUE),
        fields.fixed(Sha256.BYTES),
        fields.fixed(Verifier.SIGNATURE_BYTES));
  }
}
