package dev.weft.privacy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.Digest;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class CredentialsTest {
  private static final Fleet FLEET = Fleet.atNoon();
  private static final Credentials SITE = FLEET.site();
  private static final Federation FEDERATION = FLEET.federation();

  @Test
  void aCertificateIsRenewedFromHalfOfItsLifeOn() {
    Instant from = Fleet.NOON.minus(Authority.CLOCK_SKEW);
    Duration life = Authority.NODE_LIFE.plus(Authority.CLOCK_SKEW);
    Instant half = from.plus(life.dividedBy(2));
    assertThat(SITE.halfLife(Fleet.NOON)).isFalse();
    assertThat(SITE.halfLife(half.minusSeconds(1))).isFalse();
    assertThat(SITE.halfLife(half)).isTrue();
    assertThat(SITE.halfLife(half.plus(life))).isTrue();
  }

  @Test
  void credentialsThatHaveEndedCanStillBeRead() {
    assertThat(SITE.notAfter()).isBefore(Instant.now());
    assertThat(SITE.node()).isEqualTo(NodeId.of(Fleet.SITE));
  }

  @Test
  void theChainIsTheNodesCertificateAndItsAuthoritys() {
    assertThat(SITE.chain())
        .containsExactly(SITE.issued().certificate(), FEDERATION.authorities().get(0));
  }

  @Test
  void credentialsPrintNoKey() {
    assertThat(SITE)
        .hasToString("credentials of " + SITE.node() + " in federation " + FEDERATION.id());
    assertThat(SITE.tls().toString()).matches("certificate key of ([0-9A-F]{2}:){31}[0-9A-F]{2}");
    assertThat(FLEET.authority).hasToString("authority of federation " + FEDERATION.id());
    AuthorityRequest request = AuthorityRequest.create(Fleet.NAME, Fleet.RANDOM);
    assertThat(request)
        .hasToString("request for the authority of federation " + request.federation());
  }

  @Test
  void aCertificateOfAnotherFederationDoesNotFit() {
    refused(
        "issued by another authority",
        () ->
            with(
                FEDERATION,
                new Issued(Fleet.atNoon().site().issued().certificate(), enrolment()),
                SITE.coordinator()));
  }

  @Test
  void anotherNodesCertificateDoesNotFit() {
    refused(
        "the certificate is not for the TLS key",
        () -> with(FEDERATION, FLEET.site().issued(), SITE.coordinator()));
  }

  @Test
  void anEnrolmentOfAnotherTlsKeyDoesNotFit() {
    refused(
        "the enrolment is not for the TLS key",
        () -> enrolled(e -> copy(e, e.node(), e.role(), e.signing(), digest(), e.serial())));
  }

  @Test
  void anEnrolmentOfAnotherSigningKeyDoesNotFit() {
    VerifyingKey other = SigningKey.generate(Fleet.RANDOM).verifyingKey();
    refused(
        "the enrolment is not for the signing key",
        () -> enrolled(e -> copy(e, e.node(), e.role(), other, e.tls(), e.serial())));
  }

  @Test
  void anEnrolmentOfAnotherCertificateOrNodeDoesNotFit() {
    refused(
        "the enrolment is not for the certificate",
        () -> enrolled(e -> copy(e, e.node(), e.role(), e.signing(), e.tls(), BigInteger.TWO)));
    refused(
        "the enrolment is not for the certificate",
        () ->
            enrolled(
                e ->
                    new Enrolment(
                        e.federation(),
                        NodeId.of(new DisplayName("b")),
                        new DisplayName("b"),
                        e.role(),
                        e.signing(),
                        e.tls(),
                        e.serial(),
                        e.notAfter())));
    refused(
        "the enrolment is not for the certificate",
        () ->
            enrolled(
                e ->
                    copy(
                        e,
                        NodeId.COORDINATOR,
                        Role.COORDINATOR,
                        e.signing(),
                        e.tls(),
                        e.serial())));
  }

  @Test
  void anEnrolmentForAnotherFederationDoesNotFit() {
    refused(
        "the enrolment is for federation elsewhere",
        () ->
            enrolled(
                e ->
                    new Enrolment(
                        new FederationId("elsewhere"),
                        e.node(),
                        e.name(),
                        e.role(),
                        e.signing(),
                        e.tls(),
                        e.serial(),
                        e.notAfter())));
  }

  @Test
  void anEnrolmentNamesTheNodeOfItsName() {
    Enrolment e = SITE.enrolment();
    assertThatThrownBy(
            () -> copy(e, new NodeId("hospital-b"), e.role(), e.signing(), e.tls(), e.serial()))
        .hasMessageContaining("node: the SITE");
    assertThatThrownBy(() -> copy(e, e.node(), Role.COORDINATOR, e.signing(), e.tls(), e.serial()))
        .hasMessageContaining("node: the COORDINATOR");
  }

  @Test
  void anEnrolmentIsGoodUntilItsEndAndNoLonger() {
    Instant end = SITE.notAfter();
    SignedStatement signed = SITE.issued().enrolment();
    assertThat(Enrolment.of(signed, FEDERATION, end)).isEqualTo(SITE.enrolment());
    refused("ended at", () -> Enrolment.of(signed, FEDERATION, end.plusSeconds(1)));
  }

  @Test
  void aStatementOfOneKindIsNoneOfAnother() {
    SignedStatement list = RevocationList.none(FEDERATION.id()).signedBy(FLEET.authority);
    refused("it is no weft/v1/enrolment", () -> Enrolment.of(list, FEDERATION, Fleet.NOON));
  }

  @Test
  void aSiteTakesTheCoordinatorsNewKeyFromTheAuthorityAlone() {
    Credentials next = new Fleet(FLEET.authority).coordinator;
    Credentials site = SITE.trusting(next.coordinator(), Fleet.NOON);
    assertThat(site.coordinatorKey())
        .isEqualTo(next.signing().verifyingKey())
        .isNotEqualTo(SITE.coordinatorKey());
    refused(
        "not signed by the authority",
        () -> SITE.trusting(Fleet.atNoon().coordinator.coordinator(), Fleet.NOON));
    refused("not for the coordinator", () -> SITE.trusting(enrolment(), Fleet.NOON));
    refused("ended at", () -> SITE.trusting(next.coordinator(), next.notAfter().plusSeconds(1)));
  }

  private static SignedStatement enrolment() {
    return SITE.issued().enrolment();
  }

  private static Digest digest() {
    return Digest.of(new byte[] {1});
  }

  private static Credentials enrolled(UnaryOperator<Enrolment> change) {
    SignedStatement changed = FLEET.authority.sign(change.apply(SITE.enrolment()).statement());
    return with(FEDERATION, new Issued(SITE.issued().certificate(), changed), SITE.coordinator());
  }

  private static Enrolment copy(
      Enrolment e, NodeId node, Role role, VerifyingKey signing, Digest tls, BigInteger serial) {
    return new Enrolment(e.federation(), node, e.name(), role, signing, tls, serial, e.notAfter());
  }

  private static Credentials with(
      Federation federation, Issued issued, SignedStatement coordinator) {
    return Credentials.of(federation, SITE.tls(), SITE.signing(), issued, coordinator);
  }

  private static void refused(String why, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            WeftException.class,
            e -> assertThat(e.problem()).isIn(Problem.BAD_KEY_FILE, Problem.CERTIFICATE_REFUSED))
        .hasMessageContaining(why);
  }
}
