package dev.weft.federation.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.Credentials;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoordinatorHomeTest {
  private static final List<Address> ADDRESSES = List.of(Address.parse("fed.example.org:8443"));
  private static final Instant FOUNDED = Instant.parse("2026-03-01T00:00:00Z");

  @TempDir private Path folder;

  @Test
  void aFederationIsFoundedOnce() {
    CoordinatorHome home = new CoordinatorHome(folder.resolve("c"));
    assertThatThrownBy(home::requireFounded)
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("weft init");

    home.found("tumour board", ADDRESSES, InstantSource.fixed(FOUNDED));

    home.requireFounded();
    assertThat(home.configuration()).content().contains("fed.example.org:8443", "0.0.0.0:8443");
    assertThatThrownBy(() -> home.found("another", ADDRESSES, InstantSource.fixed(FOUNDED)))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("is the home of a federation already");
  }

  @Test
  void anOutsideAuthorityCertifiesTheFederationsOwn() throws Exception {
    CoordinatorHome home = new CoordinatorHome(folder.resolve("c"));
    InstantSource time = InstantSource.fixed(FOUNDED);
    assertThatThrownBy(() -> home.found("", "chain.pem", List.of(), time))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("has asked no outside authority");

    String request = home.request("tumour board", ADDRESSES);

    assertThat(home.request("tumour board", ADDRESSES)).as("the same key").isNotEmpty();
    assertThatThrownBy(() -> home.found(request, "request.pem", List.of(), time))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("does not begin with a certificate of this authority's key");
    Credentials made = home.found(certified(request), "chain.pem", List.of(), time);
    assertThat(made.federation().name().text()).isEqualTo("tumour board");
    assertThat(made.chain().get(1).getIssuerX500Principal().getName()).isEqualTo("CN=Klinikum");
    home.requireFounded();
    assertThatThrownBy(() -> home.request("another", ADDRESSES))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("is the home of a federation already");
  }

  /** What a hospital's own authority makes of it, and that one's own certificate. */
  private static String certified(String request) throws Exception {
    KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
    keys.initialize(256);
    KeyPair root = keys.generateKeyPair();
    X500Name name = new X500Name("CN=Klinikum");
    PKCS10CertificationRequest own;
    try (PEMParser pem = new PEMParser(new StringReader(request))) {
      own = (PKCS10CertificationRequest) pem.readObject();
    }
    StringWriter chain = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(chain)) {
      pem.writeObject(signed(name, root, own.getSubject(), own.getSubjectPublicKeyInfo(), 0));
      pem.writeObject(
          signed(
              name,
              root,
              name,
              SubjectPublicKeyInfo.getInstance(root.getPublic().getEncoded()),
              1));
    }
    return chain.toString();
  }

  private static X509CertificateHolder signed(
      X500Name issuer, KeyPair key, X500Name subject, SubjectPublicKeyInfo owner, int below)
      throws Exception {
    return new X509v3CertificateBuilder(
            issuer,
            BigInteger.valueOf(below + 1),
            Date.from(FOUNDED.minusSeconds(3600)),
            Date.from(FOUNDED.plus(Duration.ofDays(900))),
            subject,
            owner)
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(below))
        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign))
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()));
  }
}
