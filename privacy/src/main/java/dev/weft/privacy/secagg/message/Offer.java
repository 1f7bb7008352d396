package dev.weft.privacy.secagg.message;

import dev.weft.core.Digest;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.FederationId;
import dev.weft.privacy.keys.FieldReader;
import dev.weft.privacy.keys.FieldWriter;
import dev.weft.privacy.secagg.Context;
import dev.weft.privacy.secagg.Sha256;
import dev.weft.privacy.secagg.Signer;
import dev.weft.privacy.secagg.Terms;
import dev.weft.privacy.secagg.Verifier;
import java.util.HexFormat;

/**
 * Step 0a: the coordinator asks a site to take part in a session.
 *
 * @param context of the session; its digest of the terms is that of {@code terms}
 * @param signature of the coordinator
 */
public record Offer(Context context, Terms terms, Bytes signature) implements CoordinatorMessage {
  static final String CONTEXT = "secagg/v1/offer";
  private static final int MOST_ID_BYTES = 63;

  public Offer {
    if (!context.terms().equals(terms.digest())) {
      throw new IllegalArgumentException("offer: its terms are not those of its context");
    }
  }

  /** Signed by the coordinator. */
  public static Offer of(Context context, Terms terms, Signer coordinator) {
    return new Offer(context, terms, coordinator.sign(signed(context, terms).toArray()));
  }

  public boolean isBy(Verifier coordinator) {
    return coordinator.verifies(signed(context, terms).toArray(), signature);
  }

  private static FieldWriter signed(Context context, Terms terms) {
    FieldWriter fields =
        new FieldWriter(CONTEXT)
            .text(context.federation().value())
            .text(context.run())
            .number(context.round())
            .count(context.attempt())
            .fixed(HexFormat.of().parseHex(context.base().hex()))
            .fixed(HexFormat.of().parseHex(context.schema().hex()));
    return terms.write(fields);
  }

  @Override
  public Bytes place() {
    return context.digest();
  }

  @Override
  public byte[] encode() {
    return signed(context, terms).fixed(signature).toArray();
  }

  static Offer read(FieldReader fields) {
    FederationId federation = new FederationId(fields.text(MOST_ID_BYTES));
    String run = fields.text(Context.MOST_RUN_BYTES);
    long round = fields.number();
    int attempt = fields.integer(0, Integer.MAX_VALUE);
    Digest base = digest(fields);
    Digest schema = digest(fields);
    Terms terms = Terms.read(fields);
    return new Offer(
        new Context(federation, run, round, attempt, terms.digest(), base, schema),
        terms,
        fields.fixed(Verifier.SIGNATURE_BYTES));
  }

  private static Digest digest(FieldReader fields) {
    return new Digest(HexFormat.of().formatHex(fields.fixed(Sha256.BYTES).toArray()));
  }
}
