package dev.weft.privacy.secagg.message;

import dev.weft.core.Digest;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.FieldReader;
import dev.weft.privacy.keys.FieldWriter;
import dev.weft.privacy.secagg.Sha256;
import dev.weft.privacy.secagg.Signer;
import dev.weft.privacy.secagg.Verifier;
import java.util.HexFormat;

/**
 * Step 6: what became of a session.
 *
 * @param committed digest of what the coordinator made of the sum
 * @param transcript of the session: who was in it and who survived
 * @param signature of the coordinator
 */
public record Result(Bytes session, Digest committed, Bytes transcript, Bytes signature)
    implements CoordinatorMessage {
  static final String CONTEXT = "secagg/v1/message/result";

  /** Signed by the coordinator. */
  public static Result of(Bytes session, Digest committed, Bytes transcript, Signer coordinator) {
    byte[] signed = signed(session, committed, transcript).toArray();
    return new Result(session, committed, transcript, coordinator.sign(signed));
  }

  public boolean isBy(Verifier coordinator) {
    return coordinator.verifies(signed(session, committed, transcript).toArray(), signature);
  }

  private static FieldWriter signed(Bytes session, Digest committed, Bytes transcript) {
    return new FieldWriter(CONTEXT)
        .fixed(session)
        .fixed(HexFormat.of().parseHex(committed.hex()))
        .fixed(transcript);
  }

  @Override
  public Bytes place() {
    return session;
  }

  @Override
  public byte[] encode() {
    return signed(session, committed, transcript).fixed(signature).toArray();
  }

  static Result read(FieldReader fields) {
    return new Result(
        fields.fixed(Sha256.BYTES),
        new Digest(HexFormat.of().formatHex(fields.fixed(Sha256.BYTES).toArray())),
        fields.fixed(Sha256.BYTES),
        fields.fixed(Verifier.SIGNATURE_BYTES));
  }
}
