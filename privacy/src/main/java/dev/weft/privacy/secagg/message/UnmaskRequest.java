package dev.weft.privacy.secagg.message;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.FieldReader;
import dev.weft.privacy.keys.FieldWriter;
import dev.weft.privacy.secagg.Sha256;
import dev.weft.privacy.secagg.Verifier;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.graph.Plan;
import java.util.List;

/**
 * Step 4a: proof for a site that those around it have seen the same survivors.
 *
 * @param signatures as many as the threshold, ascending by who signed
 */
public record UnmaskRequest(Bytes session, List<Signed> signatures) implements CoordinatorMessage {
  static final String CONTEXT = "secagg/v1/message/unmask";

  public UnmaskRequest {
    signatures = List.copyOf(signatures);
    IndexSet.of(signatures.stream().mapToInt(Signed::by).toArray());
  }

  /** The signature of one site. */
  public record Signed(int by, Bytes signature) {}

  /** Who signed. */
  public IndexSet signers() {
    return IndexSet.of(signatures.stream().mapToInt(Signed::by).toArray());
  }

  @Override
  public Bytes place() {
    return session;
  }

  @Override
  public byte[] encode() {
    return new FieldWriter(CONTEXT)
        .fixed(session)
        .list(signatures, (fields, signed) -> fields.count(signed.by()).fixed(signed.signature()))
        .toArray();
  }

  static UnmaskRequest read(FieldReader fields) {
    return new UnmaskRequest(
        fields.fixed(Sha256.BYTES),
        fields.list(
            Plan.MOST_SITES,
            signed ->
                new Signed(
                    signed.integer(1, Plan.MOST_SITES), signed.fixed(Verifier.SIGNATURE_BYTES))));
  }
}
