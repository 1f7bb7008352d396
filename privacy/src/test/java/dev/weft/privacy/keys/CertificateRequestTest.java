package dev.weft.privacy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;

class CertificateRequestTest {
  private static final CertificateKey TLS = CertificateKey.generate(Fleet.RANDOM);
  private static final SigningKey SIGNING = SigningKey.generate(Fleet.RANDOM);
  private static final CertificateRequest REQUEST = CertificateRequest.of(TLS, SIGNING);

  @Test
  void aRequestProvesItsKeysAndComesBackFromItsBytes() {
    CertificateRequest sent = CertificateRequest.decode(REQUEST.encode());
    assertThat(sent).isEqualTo(REQUEST);
    assertThat(sent.proven()).isEqualTo(TLS.publicKey());
  }

  @Test
  void anothersEd25519KeyCannotBeClaimed() {
    VerifyingKey other = SigningKey.generate(Fleet.RANDOM).verifyingKey();
    refused(
        new CertificateRequest(REQUEST.pkcs10(), other, REQUEST.signature()),
        "not signed by its own Ed25519 key");
  }

  @Test
  void anothersPkcs10RequestCannotBeUsed() {
    SigningKey thief = SigningKey.generate(Fleet.RANDOM);
    refused(signedAnew(REQUEST.pkcs10().toArray(), thief), "made for another Ed25519 key");
  }

  /** The subject names the thief's key, so nothing but the signature by the TLS key is missing. */
  @Test
  void anothersTlsKeyCannotBeClaimed() throws Exception {
    SigningKey thief = SigningKey.generate(Fleet.RANDOM);
    byte[] forged =
        pkcs10(
            thief,
            new KeyPair(TLS.publicKey(), CertificateKey.generate(Fleet.RANDOM).privateKey()));
    refused(signedAnew(forged, thief), "not signed by its own TLS key");
  }

  @Test
  void keysOfAnotherCurveAreRefused() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp384r1"));
    refused(
        signedAnew(pkcs10(SIGNING, generator.generateKeyPair()), SIGNING),
        "not on the curve P-256");
    generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    KeyPair rsa = generator.generateKeyPair();
    byte[] request =
        new JcaPKCS10CertificationRequestBuilder(subject(SIGNING), rsa.getPublic())
            .build(new JcaContentSignerBuilder("SHA256withRSA").build(rsa.getPrivate()))
            .getEncoded();
    refused(signedAnew(request, SIGNING), "not on the curve P-256");
  }

  /**
   * The Ed25519 key vouches for whatever the bytes are, as an attacker's own would. The values are
   * single bits, and those over which Bouncy Castle stumbled in each of its ways.
   */
  @Test
  void everyByteOfARequestCounts() {
    List<Integer> values = new ArrayList<>(List.of(0, 1, 3, 80, 84, 85, 128, 158, 161, 255));
    byte[] whole = REQUEST.pkcs10().toArray();
    for (int where = 0; where < whole.length; where++) {
      for (int bit = 0; bit < 8; bit++) {
        values.add(whole[where] ^ 1 << bit);
      }
      for (int value : values) {
        byte[] damaged = whole.clone();
        damaged[where] = (byte) value;
        if (damaged[where] != whole[where]) {
          assertThatThrownBy(() -> signedAnew(damaged, SIGNING).proven())
              .as("byte %s as %s", where, value)
              .isInstanceOf(WeftException.class);
        }
      }
      values.subList(values.size() - 8, values.size()).clear();
    }
  }

  @Property(tries = 300)
  void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
    assertThatThrownBy(() -> signedAnew(bytes, SIGNING).proven()).isInstanceOf(WeftException.class);
    assertThatThrownBy(() -> CertificateRequest.decode(bytes)).isInstanceOf(WeftException.class);
  }

  private static void refused(CertificateRequest request, String why) {
    assertThatThrownBy(request::proven)
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.ENROLMENT_REFUSED))
        .hasMessageContaining(why);
  }

  private static CertificateRequest signedAnew(byte[] pkcs10, SigningKey signing) {
    byte[] signed =
        new FieldWriter("weft/v1/certificate-request")
            .bytes(pkcs10)
            .bytes(signing.verifyingKey().encoded())
            .toArray();
    return new CertificateRequest(Bytes.of(pkcs10), signing.verifyingKey(), signing.sign(signed));
  }

  private static byte[] pkcs10(SigningKey signing, KeyPair pair) throws Exception {
    return new JcaPKCS10CertificationRequestBuilder(subject(signing), pair.getPublic())
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
        .getEncoded();
  }

  private static X500Name subject(SigningKey signing) {
    return new X500Name("CN=" + signing.verifyingKey().fingerprint().digest().hex());
  }
}
