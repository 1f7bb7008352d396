package dev.weft.privacy.secagg.primitive;

import dev.weft.privacy.keys.Bytes;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;

/** ML-KEM-768 (FIPS 203). */
final class MlKem768 implements Kem {
  private static final MLKEMParameters PARAMETERS = MLKEMParameters.ml_kem_768;
  private static final int PUBLIC_KEY_BYTES = 1184;
  private static final int CIPHERTEXT_BYTES = 1088;

  /** The modulus q of the coefficients in a public key. */
  private static final int MODULUS = 3329;

  /** Of a public key behind its coefficients. */
  private static final int MATRIX_SEED_BYTES = 32;

  @Override
  public int publicKeyBytes() {
    return PUBLIC_KEY_BYTES;
  }

  @Override
  public int ciphertextBytes() {
    return CIPHERTEXT_BYTES;
  }

  @Override
  public Bytes publicKey(Secret seed) {
    return Bytes.of(key(seed).getPublicKeyParameters().getEncoded());
  }

  /** Of its length, with every coefficient below the modulus (FIPS 203 7.2). */
  @Override
  public boolean isPublicKey(Bytes key) {
    if (key.size() != PUBLIC_KEY_BYTES) {
      return false;
    }
    byte[] bytes = key.toArray();
    for (int i = 0; i < PUBLIC_KEY_BYTES - MATRIX_SEED_BYTES; i += 3) {
      int low = (bytes[i] & 0xFF) | ((bytes[i + 1] & 0x0F) << Byte.SIZE);
      int high = ((bytes[i + 1] & 0xF0) >> 4) | ((bytes[i + 2] & 0xFF) << 4);
      if (low >= MODULUS || high >= MODULUS) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Encapsulated encapsulate(Bytes key, Secret coins) {
    SecretWithEncapsulation made =
        MLKEMGenerator.internalGenerateEncapsulated(
            new MLKEMPublicKeyParameters(PARAMETERS, key.toArray()), coins.bytes().clone());
    return new Encapsulated(Bytes.of(made.getEncapsulation()), Secret.owning(made.getSecret()));
  }

  @Override
  public Secret decapsulate(Secret seed, Bytes ciphertext) {
    return Secret.owning(new MLKEMExtractor(key(seed)).extractSecret(ciphertext.toArray()));
  }

  private static MLKEMPrivateKeyParameters key(Secret seed) {
    return new MLKEMPrivateKeyParameters(PARAMETERS, seed.bytes().clone());
  }
}
