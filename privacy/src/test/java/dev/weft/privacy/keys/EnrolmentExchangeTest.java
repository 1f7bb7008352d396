package dev.weft.privacy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class EnrolmentExchangeTest {
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Fleet FLEET = Fleet.atNoon();
  private static final CertificateKey TLS = CertificateKey.generate(Fleet.RANDOM);
  private static final SigningKey SIGNING = SigningKey.generate(Fleet.RANDOM);
  private static final Invitation.Made MADE = invite(FLEET, Fleet.SITE);
  private static final Token TOKEN = MADE.token();
  private static final EnrolmentRequest REQUEST = EnrolmentRequest.of(TOKEN, TLS, SIGNING);
  private static final Admission ADMISSION = admit(FLEET, REQUEST, MADE.invitation());

  @Test
  void aSiteJoinsWithATokenAndNoPrivateKeyOrSecretEverTravels() {
    Invitation.Made made = invite(FLEET, Fleet.SITE);
    Token token = Token.parse(made.token().text(), Fleet.NOON);
    EnrolmentRequest sent =
        EnrolmentRequest.decode(EnrolmentRequest.of(token, TLS, SIGNING).encode());
    EnrolmentAnswer got =
        EnrolmentAnswer.decode(admit(FLEET, sent, made.invitation()).answer().encode());
    Credentials credentials = got.accept(token, sent, TLS, SIGNING, Fleet.NOON);

    assertThat(credentials.node()).isEqualTo(NodeId.of(Fleet.SITE));
    assertThat(credentials.federation()).isEqualTo(FLEET.federation());
    assertThat(credentials.coordinatorKey()).isEqualTo(FLEET.coordinator.signing().verifyingKey());
    String said = HexFormat.of().formatHex(sent.encode()) + HexFormat.of().formatHex(got.encode());
    assertThat(said)
        .doesNotContain(HexFormat.of().formatHex(token.secret().toArray()))
        .doesNotContain(HexFormat.of().formatHex(TLS.toPkcs8()).substring(70))
        .doesNotContain(HexFormat.of().formatHex(SIGNING.toPkcs8()).substring(32));
  }

  @Test
  void aSiteJoinsByFilesWithoutANetwork() {
    EnrolmentRequest request = EnrolmentRequest.ofPem(REQUEST.toPem(), "site.request");
    EnrolmentAnswer answer = EnrolmentAnswer.ofPem(ADMISSION.answer().toPem(), "site.answer");
    assertThat(request).isEqualTo(REQUEST);
    assertThat(answer.accept(TOKEN, request, TLS, SIGNING, Fleet.NOON).node())
        .isEqualTo(NodeId.of(Fleet.SITE));
    assertThatThrownBy(() -> EnrolmentRequest.ofPem(answer.toPem(), "site.request"))
        .hasMessageContaining("site.request")
        .hasMessageContaining("BEGIN WEFT ENROLMENT REQUEST");
    assertThatThrownBy(() -> EnrolmentAnswer.ofPem(request.toPem(), "site.answer"))
        .hasMessageContaining("BEGIN WEFT ENROLMENT ANSWER");
  }

  @Test
  void anInvitationIsGoodForOneRequestWhichMayComeAgain() {
    Invitation used = ADMISSION.invitation();
    assertThat(used.usedBy()).contains(REQUEST.digest());
    assertThat(admit(FLEET, REQUEST, used).invitation()).isEqualTo(used);
    EnrolmentRequest second = EnrolmentRequest.of(TOKEN, TLS, SigningKey.generate(Fleet.RANDOM));
    refused(Problem.INVITATION_OVER, "was used before", () -> admit(FLEET, second, used));
  }

  @Test
  void anInvitationIsGoodUntilItsExpiryAndNoLonger() {
    Instant expiry = Fleet.NOON.plus(WEEK);
    assertThat(admitAt(expiry, REQUEST, MADE.invitation())).isNotNull();
    refused(
        Problem.INVITATION_OVER,
        "expired at 2026-05-08T12:00:00Z",
        () -> admitAt(expiry.plusSeconds(1), REQUEST, MADE.invitation()));
  }

  /** What the coordinator keeps is public: it names the invitation and opens nothing. */
  @Test
  void whoKnowsTheKeptInvitationButNotTheTokenIsRefused() {
    EnrolmentRequest forged =
        new EnrolmentRequest(
            TOKEN.federation(),
            TOKEN.authority(),
            MADE.invitation().key(),
            CertificateRequest.of(TLS, SIGNING),
            SIGNING.sign(new byte[] {1}));
    refused(
        Problem.ENROLMENT_REFUSED,
        "does not prove the token",
        () -> admit(FLEET, forged, MADE.invitation()));
  }

  @Test
  void theProofCoversTheKeysThatAreAskedFor() {
    EnrolmentRequest swapped =
        new EnrolmentRequest(
            REQUEST.federation(),
            REQUEST.authority(),
            REQUEST.invitation(),
            CertificateRequest.of(CertificateKey.generate(Fleet.RANDOM), SIGNING),
            REQUEST.proof());
    refused(
        Problem.ENROLMENT_REFUSED,
        "does not prove the token",
        () -> admit(FLEET, swapped, MADE.invitation()));
  }

  @Test
  void aTokenForOneSiteDoesNotAdmitAnother() {
    Invitation other = invite(FLEET, new DisplayName("another")).invitation();
    refused(
        Problem.ENROLMENT_REFUSED, "does not prove the token", () -> admit(FLEET, REQUEST, other));
  }

  @Test
  void aRequestForAnotherFederationIsRefused() {
    Fleet other = Fleet.atNoon();
    refused(
        Problem.ENROLMENT_REFUSED,
        "is for federation " + FLEET.federation().id(),
        () -> admit(other, REQUEST, MADE.invitation()));
  }

  /** Another authority that took this federation's id. */
  @Test
  void aRequestForAnotherAuthorityIsRefused() {
    Authority other = Fleet.atNoon().authority;
    Federation impostor =
        new Federation(FLEET.federation().id(), Fleet.NAME, other.federation().authorities());
    Authority sameId =
        Authority.of(other.key(), impostor, InstantSource.fixed(Fleet.NOON), Fleet.RANDOM);
    refused(
        Problem.ENROLMENT_REFUSED,
        "send it there",
        () -> REQUEST.admit(MADE.invitation(), sameId, FLEET.coordinator.coordinator()));
  }

  @Test
  void requestsWithoutProofOfTheirKeysAreRefused() {
    CertificateRequest bad =
        new CertificateRequest(
            REQUEST.certificate().pkcs10(),
            SigningKey.generate(Fleet.RANDOM).verifyingKey(),
            REQUEST.certificate().signature());
    EnrolmentRequest request = proven(TOKEN, bad);
    refused(
        Problem.ENROLMENT_REFUSED,
        "not signed by its own Ed25519 key",
        () -> admit(FLEET, request, MADE.invitation()));
  }

  @Test
  void anAnswerOfAnAuthorityThatTheTokenDoesNotNameIsRefused() {
    Fleet other = Fleet.atNoon();
    Invitation.Made made = invite(other, Fleet.SITE);
    EnrolmentRequest request = EnrolmentRequest.of(made.token(), TLS, SIGNING);
    EnrolmentAnswer answer = admit(other, request, made.invitation()).answer();
    refused(
        Problem.ENROLMENT_REFUSED,
        "someone may be in between",
        () -> answer.accept(TOKEN, request, TLS, SIGNING, Fleet.NOON));
  }

  /** The certificate that the token names, with the statement of another authority. */
  @Test
  void anAnswerThatItsAuthorityDidNotSignIsRefused() {
    Fleet other = Fleet.atNoon();
    Invitation.Made made = invite(other, Fleet.SITE);
    EnrolmentRequest request = EnrolmentRequest.of(made.token(), TLS, SIGNING);
    EnrolmentAnswer answer =
        new EnrolmentAnswer(
            ADMISSION.answer().authority(),
            admit(other, request, made.invitation()).answer().signed());
    refused(
        Problem.CERTIFICATE_REFUSED,
        "not signed by the authority that it comes with",
        () -> answer.accept(TOKEN, request, TLS, SIGNING, Fleet.NOON));
  }

  @Test
  void anAnswerToAnotherRequestIsRefused() {
    EnrolmentRequest another = EnrolmentRequest.of(TOKEN, TLS, SIGNING);
    assertThat(another).isNotEqualTo(REQUEST);
    refused(
        Problem.ENROLMENT_REFUSED,
        "is to another request",
        () -> ADMISSION.answer().accept(TOKEN, another, TLS, SIGNING, Fleet.NOON));
  }

  @Test
  void anAnswerForOtherKeysIsRefused() {
    refused(
        Problem.BAD_KEY_FILE,
        "the certificate is not for the TLS key",
        () ->
            ADMISSION
                .answer()
                .accept(
                    TOKEN, REQUEST, CertificateKey.generate(Fleet.RANDOM), SIGNING, Fleet.NOON));
    refused(
        Problem.BAD_KEY_FILE,
        "the enrolment is not for the signing key",
        () ->
            ADMISSION
                .answer()
                .accept(TOKEN, REQUEST, TLS, SigningKey.generate(Fleet.RANDOM), Fleet.NOON));
  }

  @Test
  void anAnswerUnderAnotherNameIsRefused() {
    Invitation renamed =
        new Invitation(
            MADE.invitation().key(),
            new DisplayName("another"),
            MADE.invitation().expiry(),
            MADE.invitation().usedBy());
    EnrolmentAnswer answer = admit(FLEET, REQUEST, renamed).answer();
    refused(
        Problem.ENROLMENT_REFUSED,
        "names this site \"another\"",
        () -> answer.accept(TOKEN, REQUEST, TLS, SIGNING, Fleet.NOON));
  }

  @Test
  void anAnswerWithAnotherFederationInsideIsRefused() {
    Federation own = FLEET.federation();
    Federation renamed =
        new Federation(new FederationId("elsewhere"), own.name(), own.authorities());
    EnrolmentAnswer answer =
        EnrolmentAnswer.of(
            REQUEST,
            FLEET.site().issued(),
            FLEET.coordinator.coordinator(),
            Authority.of(
                FLEET.authority.key(), renamed, InstantSource.fixed(Fleet.NOON), Fleet.RANDOM));
    refused(
        Problem.ENROLMENT_REFUSED,
        "for another federation than the token",
        () -> answer.accept(TOKEN, REQUEST, TLS, SIGNING, Fleet.NOON));
  }

  @Test
  void anAnswerThatCameTooLateIsRefused() {
    Instant late = Fleet.NOON.plus(Authority.NODE_LIFE).plusSeconds(1);
    refused(
        Problem.CERTIFICATE_REFUSED,
        "expired at",
        () -> ADMISSION.answer().accept(TOKEN, REQUEST, TLS, SIGNING, late));
  }

  @Test
  void anAnswerWithACoordinatorWhoseTimeIsOverIsRefused() {
    Instant later = Fleet.NOON.plus(Duration.ofDays(31));
    Admission admission =
        REQUEST.admit(
            new Invitation(MADE.invitation().key(), Fleet.SITE, later, MADE.invitation().usedBy()),
            FLEET.at(later),
            FLEET.coordinator.coordinator());
    refused(
        Problem.CERTIFICATE_REFUSED,
        "node coordinator: the enrolment ended at",
        () -> admission.answer().accept(TOKEN, REQUEST, TLS, SIGNING, later));
  }

  @Test
  void aSiteInThePlaceOfTheCoordinatorIsRefused() {
    EnrolmentAnswer answer =
        REQUEST
            .admit(MADE.invitation(), FLEET.authority, FLEET.site().issued().enrolment())
            .answer();
    refused(
        Problem.BAD_KEY_FILE,
        "coordinator's enrolment is not for the coordinator",
        () -> answer.accept(TOKEN, REQUEST, TLS, SIGNING, Fleet.NOON));
  }

  @Property(tries = 300)
  void everyBitOfARequestCounts(@ForAll int where, @ForAll int bit) {
    byte[] bytes = REQUEST.encode();
    bytes[Math.floorMod(where, bytes.length)] ^= (byte) (1 << Math.floorMod(bit, 8));
    assertThatThrownBy(() -> admit(FLEET, EnrolmentRequest.decode(bytes), MADE.invitation()))
        .isInstanceOf(WeftException.class);
  }

  @Property(tries = 300)
  void everyBitOfAnAnswerCounts(@ForAll int where, @ForAll int bit) {
    byte[] bytes = ADMISSION.answer().encode();
    bytes[Math.floorMod(where, bytes.length)] ^= (byte) (1 << Math.floorMod(bit, 8));
    assertThatThrownBy(
            () -> EnrolmentAnswer.decode(bytes).accept(TOKEN, REQUEST, TLS, SIGNING, Fleet.NOON))
        .isInstanceOf(WeftException.class);
  }

  private static Invitation.Made invite(Fleet fleet, DisplayName site) {
    return Invitation.make(
        fleet.federation(),
        site,
        List.of(Address.parse("localhost:8443")),
        Fleet.NOON,
        WEEK,
        Fleet.RANDOM);
  }

  private static Admission admit(Fleet fleet, EnrolmentRequest request, Invitation invitation) {
    return request.admit(invitation, fleet.authority, fleet.coordinator.coordinator());
  }

  private static Admission admitAt(Instant now, EnrolmentRequest request, Invitation invitation) {
    return request.admit(invitation, FLEET.at(now), FLEET.coordinator.coordinator());
  }

  private static EnrolmentRequest proven(Token token, CertificateRequest certificate) {
    byte[] all =
        certificate
            .write(
                new FieldWriter("weft/v1/enrolment-request")
                    .text(token.federation().value())
                    .bytes(token.authority().bytes())
                    .bytes(token.key().verifyingKey().encoded()))
            .toArray();
    return new EnrolmentRequest(
        token.federation(),
        token.authority(),
        token.key().verifyingKey(),
        certificate,
        token.key().sign(all));
  }

  private static void refused(Problem problem, String why, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(problem))
        .hasMessageContaining(why);
  }
}
