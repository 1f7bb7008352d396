package dev.weft.privacy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
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
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Test;

/** The outside authority is a hospital's own, with a root and a certificate below it. */
class AuthorityRequestTest {
  private static final CertificateKey ROOT_KEY = CertificateKey.generate(Fleet.RANDOM);
  private static final CertificateKey MIDDLE_KEY = CertificateKey.generate(Fleet.RANDOM);
  private static final X500Name ROOT_NAME = new X500Name("CN=Klinikum Root");
  private static final X500Name MIDDLE_NAME = new X500Name("CN=Klinikum Issuing");
  private static final X509Certificate ROOT =
      outside(ROOT_NAME, ROOT_KEY, ROOT_NAME, ROOT_KEY.publicKey(), 9, true, 3000);
  private static final X509Certificate MIDDLE =
      outside(ROOT_NAME, ROOT_KEY, MIDDLE_NAME, MIDDLE_KEY.publicKey(), 1, true, 2000);

  private final AuthorityRequest request = AuthorityRequest.create(Fleet.NAME, Fleet.RANDOM);

  @Test
  void anAuthorityThatAnOutsideOneCertifiedIssuesCertificatesThatTlsAccepts() throws Exception {
    Authority authority = accept(List.of(certified(0), MIDDLE, ROOT), Fleet.NOON);
    Fleet fleet = new Fleet(authority);
    assertThat(authority.federation().authorities()).hasSize(1);
    assertThat(authority.federation().identify(fleet.site().issued().certificate(), Fleet.NOON))
        .isNotNull();
    assertThat(authority.federation().fingerprint())
        .isEqualTo(Federation.fingerprint(authority.federation().authorities().get(0)));
  }

  @Test
  void theRequestIsAPkcs10ThatProvesTheKey() throws Exception {
    Bytes der = PemBlock.only("CERTIFICATE REQUEST", request.toPem(), "request");
    PKCS10CertificationRequest pkcs10 = new PKCS10CertificationRequest(der.toArray());
    PublicKey key = CertificateKey.publicKey(pkcs10.getSubjectPublicKeyInfo());
    assertThat(pkcs10.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key)))
        .isTrue();
    assertThat(pkcs10.getSubject().toString()).contains(request.federation().value());
  }

  /** The outside authority gains nothing: what else it certifies is worth nothing here. */
  @Test
  void anotherCertificateOfTheOutsideAuthorityIsWorthNothing() {
    Authority ours = accept(List.of(certified(0), MIDDLE, ROOT), Fleet.NOON);
    AuthorityRequest another = AuthorityRequest.create(Fleet.NAME, Fleet.RANDOM);
    Authority theirs =
        another.accept(
            List.of(certified(another, 0, true), MIDDLE, ROOT),
            InstantSource.fixed(Fleet.NOON),
            Fleet.RANDOM);
    X509Certificate site = new Fleet(theirs).site().issued().certificate();
    assertThatThrownBy(() -> ours.federation().identify(site, Fleet.NOON))
        .hasMessageContaining("issued by another authority");
  }

  @Test
  void aChainForAnotherKeyIsRefused() {
    AuthorityRequest another = AuthorityRequest.create(Fleet.NAME, Fleet.RANDOM);
    refused(List.of(certified(another, 0, true), MIDDLE, ROOT), "not begin with a certificate");
    refused(List.of(), "not begin with a certificate");
  }

  @Test
  void aCertificateThatSignsNoOthersIsRefused() {
    refused(List.of(certified(request, 0, false), MIDDLE, ROOT), "no right to sign");
  }

  @Test
  void aChainWithAGapIsRefused() {
    refused(List.of(certified(0), ROOT), "does not hold");
    refused(List.of(certified(0)), "has no signer");
  }

  @Test
  void aChainThatIsTooLongForItsOwnWordIsRefused() {
    X509Certificate narrow =
        outside(ROOT_NAME, ROOT_KEY, MIDDLE_NAME, MIDDLE_KEY.publicKey(), 0, true, 2000);
    refused(List.of(certified(0), narrow, ROOT), "number 2 one that allows no such authority");
  }

  @Test
  void aChainThatIsOverIsRefused() {
    Instant late = Fleet.NOON.plus(Duration.ofDays(2001));
    assertThatThrownBy(() -> accept(List.of(certified(0), MIDDLE, ROOT), late))
        .hasMessageContaining("does not hold");
    Instant later = Fleet.NOON.plus(Duration.ofDays(3001));
    assertThatThrownBy(() -> accept(List.of(certified(0), MIDDLE, ROOT), later))
        .hasMessageContaining("NotAfter");
  }

  private X509Certificate certified(int pathLength) {
    return certified(request, pathLength, true);
  }

  private static X509Certificate certified(
      AuthorityRequest request, int pathLength, boolean authority) {
    return outside(
        MIDDLE_NAME,
        MIDDLE_KEY,
        CertificateForm.subject(request.federation()),
        request.key().publicKey(),
        pathLength,
        authority,
        4000);
  }

  private Authority accept(List<X509Certificate> chain, Instant now) {
    return request.accept(chain, InstantSource.fixed(now), Fleet.RANDOM);
  }

  private void refused(List<X509Certificate> chain, String why) {
    assertThatThrownBy(() -> accept(chain, Fleet.NOON))
        .isInstanceOfSatisfying(
            WeftException.class,
            e -> assertThat(e.problem()).isEqualTo(Problem.CERTIFICATE_REFUSED))
        .hasMessageContaining(why);
  }

  /** Without key identifiers, as some authorities make them. */
  private static X509Certificate outside(
      X500Name issuer,
      CertificateKey issuerKey,
      X500Name subject,
      PublicKey key,
      int pathLength,
      boolean authority,
      int days) {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              new X509v3CertificateBuilder(
                      issuer,
                      new BigInteger(64, Fleet.RANDOM),
                      Date.from(Fleet.NOON.minusSeconds(60)),
                      Date.from(Fleet.NOON.plus(Duration.ofDays(days))),
                      subject,
                      SubjectPublicKeyInfo.getInstance(key.getEncoded()))
                  .addExtension(
                      Extension.basicConstraints,
                      true,
                      authority ? new BasicConstraints(pathLength) : new BasicConstraints(false))
                  .addExtension(
                      Extension.keyUsage,
                      true,
                      new KeyUsage(authority ? KeyUsage.keyCertSign : KeyUsage.digitalSignature))
                  .build(
                      new JcaContentSignerBuilder("SHA256withECDSA")
                          .build(issuerKey.privateKey())));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
