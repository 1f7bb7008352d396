package dev.weft.privacy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class FederationTest {
  private static final Fleet FLEET = Fleet.atNoon();
  private static final Federation FEDERATION = FLEET.federation();
  private static final X509Certificate SITE = FLEET.site().issued().certificate();

  @Test
  void aCertificateOfTheFederationNamesItsNode() {
    Identity identity = FEDERATION.identify(SITE, Fleet.NOON);
    assertThat(identity)
        .isEqualTo(
            new Identity(
                FEDERATION.id(), NodeId.of(Fleet.SITE), Role.SITE, SITE.getSerialNumber()));
    assertThat(FEDERATION.identify(FLEET.coordinator.issued().certificate(), Fleet.NOON).role())
        .isEqualTo(Role.COORDINATOR);
  }

  @Test
  void aCertificateOfAnotherAuthorityIsRefused() {
    refused(
        Fleet.atNoon().site().issued().certificate(), Fleet.NOON, "issued by another authority");
  }

  @Test
  void aCertificateIsGoodFromFiveMinutesBeforeItsIssueUntilItsEndAndNoLonger() {
    Instant from = Fleet.NOON.minus(Authority.CLOCK_SKEW);
    Instant until = Fleet.NOON.plus(Authority.NODE_LIFE);
    assertThat(FEDERATION.identify(SITE, from)).isNotNull();
    assertThat(FEDERATION.identify(SITE, until)).isNotNull();
    refused(SITE, from.minusSeconds(1), "valid only from 2026-05-01T11:55:00Z");
    refused(SITE, until.plusSeconds(1), "expired at 2026-05-31T12:00:00Z");
  }

  /** An authority that is over vouches for nobody, even where a certificate says longer. */
  @Test
  void aCertificateWhoseAuthorityEndedIsRefused() {
    Instant late = Fleet.NOON.plus(Authority.OWN_LIFE).minus(Duration.ofDays(1));
    X509Certificate longer =
        node(
            new CertificateForm.Names(FEDERATION.id(), NodeId.of(Fleet.SITE), List.of()),
            new Span(late, late.plus(Duration.ofDays(9))),
            Role.SITE);
    assertThat(FEDERATION.identify(longer, late).role()).isEqualTo(Role.SITE);
    refused(longer, late.plus(Duration.ofDays(2)), "its authority's ended");
  }

  @Test
  void aCertificateForAnotherFederationIsRefused() {
    refused(
        node(new FederationId("elsewhere"), NodeId.of(Fleet.SITE), Role.SITE),
        Fleet.NOON,
        "is for federation elsewhere");
  }

  @Test
  void aNodeHasTheRoleOfItsNameAlone() {
    refused(
        node(FEDERATION.id(), NodeId.COORDINATOR, Role.SITE),
        Fleet.NOON,
        "the node coordinator in the role SITE");
    refused(
        node(FEDERATION.id(), NodeId.of(Fleet.SITE), Role.COORDINATOR),
        Fleet.NOON,
        "in the role COORDINATOR");
  }

  @Test
  void aCertificateThatNamesNoNodeIsRefused() {
    refused(FEDERATION.authorities().get(0), Fleet.NOON, "names 0 nodes");
  }

  @Test
  void theFingerprintIsTheSha256OfTheCertificateInPairs() throws Exception {
    byte[] der = FEDERATION.authorities().get(0).getEncoded();
    String hex = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
    String printed = FEDERATION.fingerprint().toString();
    assertThat(printed).matches("([0-9A-F]{2}:){31}[0-9A-F]{2}");
    assertThat(printed.replace(":", "").toLowerCase(Locale.ROOT)).isEqualTo(hex);
    for (String typed : List.of(printed, hex, " " + printed.toLowerCase(Locale.ROOT) + "\n")) {
      assertThat(Fingerprint.parse(typed)).isEqualTo(FEDERATION.fingerprint());
    }
    assertThatThrownBy(() -> Fingerprint.parse(printed.substring(3)))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("no SHA-256 fingerprint");
  }

  @Test
  void aFederationComesBackFromItsBytes() {
    Federation again = Federation.decode(FEDERATION.encode(), Problem.BAD_KEY_FILE, "file");
    assertThat(again).isEqualTo(FEDERATION);
    assertThat(again.encode()).isEqualTo(FEDERATION.encode());
  }

  @Test
  void whatMayNotSignCertificatesIsNoAuthority() {
    assertThatThrownBy(() -> new Federation(FEDERATION.id(), Fleet.NAME, List.of(SITE)))
        .hasMessageContaining("may not sign");
    assertThatThrownBy(() -> new Federation(FEDERATION.id(), Fleet.NAME, List.of()))
        .hasMessageContaining("authorities: 1 to 4");
  }

  /** While one authority takes over from another, both are trusted, and what each signed. */
  @Test
  void twoAuthoritiesAreTrustedSideBySide() {
    Authority next = Fleet.atNoon().authority;
    Federation both =
        new Federation(
            FEDERATION.id(),
            Fleet.NAME,
            List.of(next.federation().authorities().get(0), FEDERATION.authorities().get(0)));
    assertThat(both.identify(SITE, Fleet.NOON).node()).isEqualTo(NodeId.of(Fleet.SITE));
    assertThat(both.fingerprint()).isEqualTo(next.federation().fingerprint());
    assertThat(Enrolment.of(FLEET.site().issued().enrolment(), both, Fleet.NOON).name())
        .isEqualTo(Fleet.SITE);
  }

  private static X509Certificate node(FederationId federation, NodeId node, Role role) {
    return node(
        new CertificateForm.Names(federation, node, List.of()),
        new Span(Fleet.NOON, Fleet.NOON.plus(Duration.ofDays(1))),
        role);
  }

  private static X509Certificate node(CertificateForm.Names names, Span span, Role role) {
    return CertificateForm.node(
        FEDERATION.authorities().get(0),
        FLEET.authority.key(),
        CertificateKey.generate(Fleet.RANDOM).publicKey(),
        BigInteger.TEN,
        span,
        names,
        role);
  }

  private static void refused(X509Certificate certificate, Instant now, String why) {
    assertThatThrownBy(() -> FEDERATION.identify(certificate, now))
        .isInstanceOfSatisfying(
            WeftException.class,
            e -> assertThat(e.problem()).isEqualTo(Problem.CERTIFICATE_REFUSED))
        .hasMessageContaining(why);
  }
}
