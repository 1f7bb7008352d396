package dev.weft.privacy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RenewalExchangeTest {
  private static final Instant LATER = Fleet.NOON.plus(Duration.ofDays(15));
  private static final Fleet FLEET = Fleet.atNoon();
  private static final Credentials SITE = FLEET.site();
  private static final Authority AUTHORITY = FLEET.at(LATER);
  private static final SignedStatement COORDINATOR = new Fleet(AUTHORITY).coordinator.coordinator();
  private static final CertificateKey NEXT = CertificateKey.generate(Fleet.RANDOM);

  @Test
  void aSiteHasTheNextCertificateAndKnowsTheCoordinatorAsItIsByNow() {
    RenewalRequest request = RenewalRequest.decode(RenewalRequest.of(SITE, NEXT).encode());
    RenewalAnswer answer = RenewalAnswer.decode(request.grant(AUTHORITY, COORDINATOR).encode());

    Credentials renewed = answer.accept(SITE, NEXT, LATER);

    assertThat(renewed.notAfter()).isEqualTo(LATER.plus(Authority.NODE_LIFE));
    assertThat(renewed.node()).isEqualTo(SITE.node());
    assertThat(renewed.signing()).isEqualTo(SITE.signing());
    assertThat(renewed.tls()).isEqualTo(NEXT);
    assertThat(renewed.coordinator()).isEqualTo(COORDINATOR);
  }

  @Test
  void anAnswerForAnotherSiteOrKeyOrOfAnotherAuthorityOrTimeIsRefused() {
    Credentials other = FLEET.site(new DisplayName("another"));
    RenewalAnswer own = RenewalRequest.of(SITE, NEXT).grant(AUTHORITY, COORDINATOR);

    refused(
        "is not for the signing key",
        () ->
            RenewalRequest.of(other, NEXT).grant(AUTHORITY, COORDINATOR).accept(SITE, NEXT, LATER));
    refused(
        "is not for the TLS key",
        () -> own.accept(SITE, CertificateKey.generate(Fleet.RANDOM), LATER));
    Fleet strangers = Fleet.atNoon();
    refused(
        "authority",
        () ->
            RenewalRequest.of(strangers.site(), NEXT)
                .grant(strangers.authority, strangers.coordinator.coordinator())
                .accept(SITE, NEXT, LATER));
    refused(
        "not signed by the authority",
        () ->
            new RenewalAnswer(own.issued(), strangers.coordinator.coordinator())
                .accept(SITE, NEXT, LATER));
    refused("", () -> own.accept(SITE, NEXT, LATER.plus(Duration.ofDays(40))));
  }

  @Test
  void anAnswerInAnotherNameIsRefusedEvenWithTheSameKeys() {
    Issued renamed =
        AUTHORITY.issueSite(
            CertificateRequest.of(NEXT, SITE.signing()), new DisplayName("another"));

    refused("is for site", () -> new RenewalAnswer(renamed, COORDINATOR).accept(SITE, NEXT, LATER));
  }

  @Property(tries = 60)
  void cutShortNothingIsRead(@ForAll @IntRange(max = 2000) int kept) {
    byte[] request = RenewalRequest.of(SITE, NEXT).encode();
    byte[] answer = RenewalRequest.decode(request).grant(AUTHORITY, COORDINATOR).encode();

    refused(
        "",
        () -> RenewalRequest.decode(Arrays.copyOf(request, Math.min(kept, request.length - 1))));
    refused(
        "", () -> RenewalAnswer.decode(Arrays.copyOf(answer, Math.min(kept, answer.length - 1))));
  }

  private static void refused(String why, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            WeftException.class,
            e ->
                assertThat(e.problem())
                    .isIn(
                        Problem.BAD_KEY_FILE,
                        Problem.CERTIFICATE_REFUSED,
                        Problem.ENROLMENT_REFUSED))
        .hasMessageContaining(why);
  }
}
