package dev.weft.privacy.secagg.message;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.FieldReader;
import dev.weft.privacy.keys.FieldWriter;
import dev.weft.privacy.secagg.Sha256;
import dev.weft.privacy.secagg.Verifier;
import dev.weft.privacy.secagg.graph.Plan;

/**
 * Step 3b: a site has seen the survivors.
 *
 * @param from index of the site
 * @param signature of the site over {@link Survivors#statement}
 */
public record SurvivorsSignature(Bytes session, int from, Bytes signature) implements SiteMessage {
  static final String CONTEXT = "secagg/v1/message/survivors-signature";

  @Override
  public byte[] encode() {
    return new FieldWriter(CONTEXT).fixed(session).count(from).fixed(signature).toArray();
  }

  static SurvivorsSignature read(FieldReader fields) {
    return new SurvivorsSignature(
        fields.fixed(Sha256.BYTES),
        fields.integer(1, Plan.MOST_SITES),
        fields.fixed(Verifier.SIGNATURE_BYTES));
  }
}
