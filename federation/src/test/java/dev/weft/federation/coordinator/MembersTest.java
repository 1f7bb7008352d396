package dev.weft.federation.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.coordinator.sites.Doorway;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.CertificateKey;
import dev.weft.privacy.keys.Credentials;
import dev.weft.privacy.keys.EnrolmentAnswer;
import dev.weft.privacy.keys.EnrolmentRequest;
import dev.weft.privacy.keys.PendingEnrolment;
import dev.weft.privacy.keys.RenewalAnswer;
import dev.weft.privacy.keys.RenewalRequest;
import dev.weft.privacy.keys.Token;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembersTest {
  private static final List<Address> ADDRESSES = List.of(Address.parse("localhost:8443"));
  private static final InstantSource TIME =
      InstantSource.fixed(Instant.parse("2026-03-01T00:00:00Z"));
  private static final String NAME = "St. Mary's hospital";

  @TempDir private Path folder;

  private Members members;

  @BeforeEach
  void found() {
    new CoordinatorHome(folder).found("board", ADDRESSES, TIME);
    members = open();
  }

  /** As a coordinator that was started again has them. */
  private Members open() {
    CoordinatorHome home = new CoordinatorHome(folder);
    return new Members(
        home.members(),
        home.keys()::credentials,
        home.keys().authority(TIME, new SecureRandom()),
        TIME);
  }

  private static Credentials join(Members members) {
    return join(members, NAME);
  }

  private static Credentials join(Members members, String name) {
    return answered(
        members,
        PendingEnrolment.of(
            members.invite(name, ADDRESSES, Duration.ofDays(1)), new SecureRandom()));
  }

  private static Doorway.Member at(Members members, Credentials site) {
    return members.member(site.issued().certificate());
  }

  @Test
  void whoHasJoinedIsKnownByItsNameAlsoAfterARestart() {
    Credentials site = join(members);

    assertThat(at(members, site).name()).isEqualTo(NAME);
    assertThat(at(open(), site).name()).isEqualTo(NAME);
    assertThat(open().names()).containsExactly(NAME);
    assertThatThrownBy(() -> open().invite(NAME, ADDRESSES, Duration.ofDays(1)))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("has joined already");
  }

  @Test
  void whoWasRevokedIsShutOutUntilItJoinsAnewAndItsOldCertificateForEver() {
    Credentials before = join(members);
    members.revoke(NAME);

    assertShutOut(members, before);
    assertThat(members.revocations().isRevoked(before.node())).isTrue();
    assertThat(members.names()).isEmpty();
    Credentials after = join(members);

    assertThat(at(members, after).name()).isEqualTo(NAME);
    assertThat(members.revocations().isRevoked(after.node())).isFalse();
    assertShutOut(members, before);
    assertShutOut(open(), before);
  }

  private static void assertShutOut(Members members, Credentials site) {
    assertRefused(() -> at(members, site));
  }

  @Test
  void whicheverAnswerToItsRequestASiteHasIsGood() {
    PendingEnrolment pending =
        PendingEnrolment.of(
            members.invite(NAME, ADDRESSES, Duration.ofDays(1)), new SecureRandom());
    Credentials first = answered(members, pending);
    Credentials second = answered(open(), pending);

    members = open();
    assertThat(at(members, first).name()).isEqualTo(NAME);
    assertThat(at(members, second).name()).isEqualTo(NAME);
    assertShutOut(members, first);
  }

  private static Credentials answered(Members members, PendingEnrolment pending) {
    byte[] answer = members.enrol(pending.request().encode());
    return pending.accept(EnrolmentAnswer.decode(answer), TIME.instant());
  }

  @Test
  void theNextCertificateTakesThePlaceOfTheOneBeforeWhenItIsFirstShown() {
    Credentials before = join(members);
    Credentials lost = renew(members, before);
    Credentials after = renew(open(), before);

    members = open();
    assertThat(at(members, before).name()).isEqualTo(NAME);
    assertThat(at(members, after).name()).isEqualTo(NAME);
    assertThat(after.signing().verifyingKey()).isEqualTo(before.signing().verifyingKey());
    for (Members later : List.of(members, open())) {
      assertThat(at(later, after).name()).isEqualTo(NAME);
      assertShutOut(later, before);
      assertShutOut(later, lost);
    }
  }

  @Test
  void nobodyRenewsForAnotherNorOnceItIsRevoked() {
    Credentials site = join(members);
    Credentials other = join(members, "another hospital");

    assertRefused(() -> renew(members, "another hospital", site));
    members.revoke(NAME);
    assertRefused(() -> renew(members, site));
    Credentials anew = join(members);
    assertRefused(() -> renew(members, site));
    Credentials next = renew(members, anew);
    members.revoke(NAME);
    assertShutOut(members, next);
    join(members);
    assertShutOut(members, next);
    assertThat(at(members, other).name()).isEqualTo("another hospital");
  }

  private static void assertRefused(ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.NOT_ADMITTED));
  }

  private static Credentials renew(Members members, Credentials site) {
    return renew(members, NAME, site);
  }

  private static Credentials renew(Members members, String name, Credentials site) {
    CertificateKey tls = CertificateKey.generate(new SecureRandom());
    byte[] answer = members.renew(name, RenewalRequest.of(site, tls).encode());
    return RenewalAnswer.decode(answer).accept(site, tls, TIME.instant());
  }

  @Test
  void whoseInvitationIsOfAnotherFederationDoesNotJoin() {
    CoordinatorHome other = new CoordinatorHome(folder.resolve("other"));
    other.found("other board", ADDRESSES, TIME);
    Members elsewhere =
        new Members(
            other.members(),
            other.keys()::credentials,
            other.keys().authority(TIME, new SecureRandom()),
            TIME);
    Token token = elsewhere.invite(NAME, ADDRESSES, Duration.ofDays(1));
    EnrolmentRequest request = PendingEnrolment.of(token, new SecureRandom()).request();

    assertThatThrownBy(() -> members.enrol(request.encode()))
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.ENROLMENT_REFUSED));
  }
}
