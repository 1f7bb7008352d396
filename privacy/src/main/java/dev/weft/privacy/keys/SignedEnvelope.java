package dev.weft.privacy.keys;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;

/**
 * An envelope and what its sender says is his signature.
 *
 * @param claimed the envelope, of which nothing is known to be true before the signature is
 *     verified
 * @param signature Ed25519 over the canonical bytes of the envelope
 */
public record SignedEnvelope(Envelope claimed, Bytes signature) {
  private static final int SIGNATURE_BYTES = 64;

  /** Of a whole envelope with the longest of everything; a longer message is none. */
  public static final int MOST_BYTES = Envelope.MOST_PAYLOAD_BYTES + 4096;

  /** Whether the owner of this key signed it. */
  public boolean isBy(VerifyingKey key) {
    return key.verifies(claimed.canonical().toArray(), signature);
  }

  /** Of all bytes; two messages with the same digest are the same message. */
  public Digest digest() {
    return Digest.of(encode());
  }

  public byte[] encode() {
    return claimed.canonical().bytes(signature).toArray();
  }

  /**
   * @throws WeftException if the bytes are no envelope
   */
  public static SignedEnvelope decode(byte[] bytes) {
    if (bytes.length > MOST_BYTES) {
      throw new WeftException(
          Problem.MESSAGE_REFUSED,
          Text.format(
              "a message has %d bytes; at most %d are read, send larger things as artifacts",
              bytes.length, MOST_BYTES));
    }
    return FieldReader.read(
        bytes,
        Envelope.CONTEXT,
        Problem.MESSAGE_REFUSED,
        "a message",
        fields ->
            new SignedEnvelope(Envelope.read(fields), Bytes.of(fields.bytes(SIGNATURE_BYTES))));
  }
}
