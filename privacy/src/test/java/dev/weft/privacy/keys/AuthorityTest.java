package dev.weft.privacy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.WeftException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuthorityTest {
  private final Fleet fleet = Fleet.atNoon();
  private final X509Certificate own = fleet.federation().authorities().get(0);
  private final X509Certificate siteCertificate = fleet.site().issued().certificate();
  private final X509Certificate coordinatorCertificate = fleet.coordinator.issued().certificate();

  @Test
  void itsOwnCertificateIsGoodForTenYearsAndForSigningNodesAlone() {
    assertThat(own.getNotBefore()).isEqualTo("2026-05-01T11:55:00Z");
    assertThat(own.getNotAfter().toInstant()).isEqualTo(Fleet.NOON.plus(Duration.ofDays(3652)));
    assertThat(own.getBasicConstraints()).isZero();
    assertThat(own.getKeyUsage())
        .containsExactly(false, false, false, false, false, true, true, false, false);
    assertThat(own.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.19", "2.5.29.15");
    assertThat(Certificates.signedBy(own, own.getPublicKey())).isTrue();
  }

  @Test
  void aNodesCertificateIsGoodForThirtyDaysAndBeginsFiveMinutesInThePast() {
    assertThat(siteCertificate.getNotBefore()).isEqualTo("2026-05-01T11:55:00Z");
    assertThat(siteCertificate.getNotAfter()).isEqualTo("2026-05-31T12:00:00Z");
    assertThat(fleet.site().enrolment().notAfter()).isEqualTo("2026-05-31T12:00:00Z");
  }

  @Test
  void aNodesCertificateIsForOneRoleAndSignsNoOther() throws Exception {
    assertThat(siteCertificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    assertThat(coordinatorCertificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    for (X509Certificate node : List.of(siteCertificate, coordinatorCertificate)) {
      assertThat(node.getBasicConstraints()).isEqualTo(-1);
      assertThat(node.getKeyUsage())
          .containsExactly(true, false, false, false, false, false, false, false, false);
      assertThat(node.getCriticalExtensionOIDs())
          .containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19", "2.5.29.37");
      assertThat(node.getIssuerX500Principal()).isEqualTo(own.getSubjectX500Principal());
    }
  }

  @Test
  void alternativeNamesAreTheNodeAndTheHostsOfACoordinator() throws Exception {
    String federation = fleet.federation().id().value();
    assertThat(siteCertificate.getSubjectAlternativeNames())
        .containsExactly(List.of(6, "weft://" + federation + "/" + NodeId.of(Fleet.SITE)));
    assertThat(coordinatorCertificate.getSubjectAlternativeNames())
        .containsExactly(
            List.of(6, "weft://" + federation + "/coordinator"),
            List.of(2, "localhost"),
            List.of(7, "127.0.0.1"),
            List.of(7, "0:0:0:0:0:0:0:1"));
  }

  @Test
  void aNameThatPeopleGaveIsInNoCertificate() {
    for (X509Certificate certificate : List.of(own, siteCertificate, coordinatorCertificate)) {
      assertThat(certificate.toString()).doesNotContain("Mary").doesNotContain("Kliniken");
    }
  }

  @Test
  void serialNumbersAreRandomAndOf128Bits() {
    Set<Object> serials = new HashSet<>();
    int bits = 0;
    for (int i = 0; i < 64; i++) {
      serials.add(Authority.serial(Fleet.RANDOM));
      bits = Math.max(bits, Authority.serial(Fleet.RANDOM).bitLength());
    }
    assertThat(serials).hasSize(64);
    assertThat(bits).isBetween(120, 128);
  }

  @Test
  void noCertificateOutlivesItsAuthority() {
    Instant late = Fleet.NOON.plus(Duration.ofDays(3650));
    X509Certificate site = fleet.siteBy(fleet.at(late), Fleet.SITE).issued().certificate();
    assertThat(site.getNotAfter()).isEqualTo(own.getNotAfter());
    Instant over = Fleet.NOON.plus(Duration.ofDays(3653));
    assertThatThrownBy(() -> fleet.siteBy(fleet.at(over), Fleet.SITE))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("authority ended at 2036-04-30T12:00:00Z");
  }

  @Test
  void aCoordinatorThatRenewsItsCertificateSaysSoOfItself() {
    Authority later = fleet.at(Fleet.NOON.plus(Duration.ofDays(15)));
    CertificateKey tls = CertificateKey.generate(Fleet.RANDOM);
    Issued issued =
        later.issueCoordinator(
            CertificateRequest.of(tls, fleet.coordinator.signing()), Fleet.NAME, Fleet.HOSTS);
    Credentials renewed = fleet.coordinator.renewed(tls, issued);
    assertThat(renewed.coordinator()).isEqualTo(issued.enrolment());
    assertThat(renewed.coordinatorKey()).isEqualTo(fleet.coordinator.coordinatorKey());
  }

  @Test
  void aCoordinatorWithoutHostsIsRefused() {
    CertificateRequest request =
        CertificateRequest.of(
            CertificateKey.generate(Fleet.RANDOM), SigningKey.generate(Fleet.RANDOM));
    assertThatThrownBy(() -> fleet.authority.issueCoordinator(request, Fleet.NAME, List.of()))
        .hasMessageContaining("hosts");
  }

  @Test
  void aKeyOfAnotherAuthorityIsRefused() {
    assertThatThrownBy(
            () ->
                Authority.of(
                    Fleet.atNoon().authority.key(),
                    fleet.federation(),
                    InstantSource.system(),
                    Fleet.RANDOM))
        .hasMessageContaining("do not belong together");
  }

  @Test
  void aSiteRenewsItsCertificateWithTheSameSigningKeyAlone() {
    Credentials site = fleet.site();
    Authority later = fleet.at(Fleet.NOON.plus(Duration.ofDays(15)));
    CertificateKey tls = CertificateKey.generate(Fleet.RANDOM);
    Credentials renewed =
        site.renewed(
            tls,
            later.renewSite(site.issued().enrolment(), CertificateRequest.of(tls, site.signing())));
    assertThat(renewed.node()).isEqualTo(site.node());
    assertThat(renewed.enrolment().name()).isEqualTo(Fleet.SITE);
    assertThat(renewed.notAfter()).isEqualTo("2026-06-15T12:00:00Z");
    assertThat(renewed.coordinator()).isEqualTo(site.coordinator());

    CertificateRequest stranger = CertificateRequest.of(tls, SigningKey.generate(Fleet.RANDOM));
    assertThatThrownBy(() -> later.renewSite(site.issued().enrolment(), stranger))
        .hasMessageContaining("not by this node's signing key");
    CertificateRequest coordinator = CertificateRequest.of(tls, fleet.coordinator.signing());
    assertThatThrownBy(() -> later.renewSite(fleet.coordinator.coordinator(), coordinator))
        .hasMessageContaining("not by this node's signing key");
    Authority tooLate = fleet.at(Fleet.NOON.plus(Duration.ofDays(31)));
    assertThatThrownBy(
            () ->
                tooLate.renewSite(
                    site.issued().enrolment(), CertificateRequest.of(tls, site.signing())))
        .hasMessageContaining("ended at");
    Authority other = Fleet.atNoon().authority;
    assertThatThrownBy(
            () ->
                other.renewSite(
                    site.issued().enrolment(), CertificateRequest.of(tls, site.signing())))
        .hasMessageContaining("not signed by the authority");
  }
}
