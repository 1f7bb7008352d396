package dev.weft.privacy.secagg.play;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.secagg.Signer;
import dev.weft.privacy.secagg.Verifier;
import java.nio.ByteBuffer;

/** Signs what anybody could sign who knew how; changed bytes are noticed. */
record CheapSigner(Bytes key) implements Signer, Verifier {

  static CheapSigner of(long number) {
    return new CheapSigner(Bytes.of(ByteBuffer.allocate(32).putLong(Mix.next(number)).array()));
  }

  @Override
  public Verifier verifier() {
    return this;
  }

  @Override
  public Bytes sign(byte[] message) {
    long own = Mix.of(11, key.toArray());
    ByteBuffer signature = ByteBuffer.allocate(SIGNATURE_BYTES);
    for (int lane = 0; lane < SIGNATURE_BYTES / Long.BYTES; lane++) {
      signature.putLong(Mix.of(own + lane, message));
    }
    return Bytes.of(signature.array());
  }

  @Override
  public boolean verifies(byte[] message, Bytes signature) {
    return sign(message).equals(signature);
  }
}
