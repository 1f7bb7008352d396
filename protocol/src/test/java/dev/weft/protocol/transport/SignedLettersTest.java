package dev.weft.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.DisplayName;
import dev.weft.privacy.keys.Envelope;
import dev.weft.privacy.keys.FederationId;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.keys.SessionId;
import dev.weft.privacy.keys.SignedEnvelope;
import dev.weft.privacy.keys.SigningKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedLettersTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final FederationId FEDERATION =
      FederationId.drawn(new DisplayName("federation"), RANDOM);
  private static final NodeId NORTH = NodeId.of(new DisplayName("north"));
  private static final NodeId SOUTH = NodeId.of(new DisplayName("south"));

  private final SigningKey siteKey = SigningKey.generate(RANDOM);
  private final SigningKey coordinatorKey = SigningKey.generate(RANDOM);
  private final SignedLetters site = site();
  private final SignedLetters coordinator = coordinator();

  @Test
  void lettersAreReadInTheirOrderOnBothSides() {
    assertHeard(coordinator, site.write(bytes("hello")), "hello");
    for (int i = 0; i < 5; i++) {
      assertHeard(site, coordinator.write(bytes("c" + i)), "c" + i);
      assertHeard(coordinator, site.write(bytes("s" + i)), "s" + i);
    }
    assertHeard(site, coordinator.write(new byte[0]), "");
    assertHeard(site, coordinator.write(bytes("بیمارستان")), "بیمارستان");
  }

  @Test
  void lettersMayCrossOnTheWay() {
    meet();
    byte[] one = site.write(bytes("one"));
    byte[] two = site.write(bytes("two"));
    byte[] three = coordinator.write(bytes("three"));

    assertHeard(coordinator, one, "one");
    assertHeard(site, three, "three");
    assertHeard(coordinator, two, "two");
  }

  @Test
  void aLetterIsReadOnce() {
    meet();
    byte[] letter = site.write(bytes("once"));
    assertHeard(coordinator, letter, "once");

    assertRefused("a message came twice", coordinator, letter);
  }

  @Test
  void theFirstLetterIsReadOnce() {
    byte[] hello = site.write(bytes("hello"));
    assertHeard(coordinator, hello, "hello");

    assertRefused("belongs to session", coordinator, hello);
  }

  @Test
  void anOlderLetterIsNotReadAfterANewerOne() {
    meet();
    byte[] older = site.write(bytes("older"));
    assertHeard(coordinator, site.write(bytes("newer")), "newer");

    assertRefused("is past", coordinator, older);
  }

  @Test
  void aLetterOfAnotherStreamOfTheSameSidesIsNotRead() {
    meet();
    SignedLetters otherSite = site();
    SignedLetters otherCoordinator = coordinator();
    meet(otherSite, otherCoordinator);
    byte[] elsewhere = otherSite.write(bytes("elsewhere"));
    byte[] back = otherCoordinator.write(bytes("elsewhere"));

    assertRefused("belongs to session", coordinator, elsewhere);
    assertRefused("belongs to session", site, back);
    assertHeard(coordinator, site.write(bytes("here")), "here");
  }

  /** Whoever recorded a whole stream can open it again, and gets no further. */
  @Test
  void aRecordedStreamIsWorthNothing() {
    byte[] hello = site.write(bytes("hello"));
    coordinator.read(hello);
    site.read(coordinator.write(bytes("welcome")));
    byte[] second = site.write(bytes("second"));
    SignedLetters again = coordinator();

    assertHeard(again, hello, "hello");
    again.write(bytes("welcome"));
    assertRefused("belongs to session", again, second);
  }

  /** Both sides draw the session; the name of neither alone fits. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theFirstSessionOfEitherSideFitsNoSecondLetter(boolean own) {
    byte[] hello = site.write(bytes("hello"));
    coordinator.read(hello);
    byte[] welcome = coordinator.write(bytes("welcome"));
    SessionId session = SignedEnvelope.decode(own ? hello : welcome).claimed().session();

    assertRefused("belongs to session", coordinator, forged(FEDERATION, NORTH, session, siteKey));
  }

  @Test
  void anOwnLetterThatComesBackIsNotRead() {
    byte[] hello = site.write(bytes("hello"));
    assertRefused("is not signed by its key", site, hello);
    assertHeard(coordinator, hello, "hello");
    byte[] welcome = coordinator.write(bytes("welcome"));
    site.read(welcome);

    assertRefused("is not signed by its key", coordinator, welcome);
    assertRefused("is not signed by its key", site, site.write(bytes("second")));
  }

  @Test
  void aLetterThatSomebodyElseSignedIsNotRead() {
    assertRefused(
        "is not signed by its key",
        coordinator,
        forged(FEDERATION, NORTH, SessionId.draw(RANDOM), SigningKey.generate(RANDOM)));
  }

  @Test
  void aLetterInTheNameOfAnotherNodeIsNotRead() {
    assertRefused(
        "speaks for node " + SOUTH,
        coordinator,
        forged(FEDERATION, SOUTH, SessionId.draw(RANDOM), siteKey));
  }

  @Test
  void aLetterForAnotherFederationIsNotRead() {
    FederationId other = FederationId.drawn(new DisplayName("other"), RANDOM);

    assertRefused(
        "is for federation " + other,
        coordinator,
        forged(other, NORTH, SessionId.draw(RANDOM), siteKey));
  }

  @Test
  void whatElseASideSignsIsNoLetter() {
    byte[] statement =
        envelope(FEDERATION, NORTH, "survivors", SessionId.draw(RANDOM)).signedBy(siteKey).encode();

    assertRefused("is no letter but of the kind survivors", coordinator, statement);
    assertHeard(coordinator, site.write(bytes("hello")), "hello");
  }

  /** Every byte counts: of what is said, where it belongs, and the signature. */
  @Test
  void aLetterOfWhichOneBitIsOtherIsNotRead() {
    byte[] letter = site.write(bytes("hello"));
    for (int i = 0; i < letter.length; i++) {
      byte[] changed = letter.clone();
      changed[i] ^= 1;

      assertThatThrownBy(() -> coordinator().read(changed)).isInstanceOf(WeftException.class);
    }
    assertHeard(coordinator, letter, "hello");
  }

  @Test
  void bytesThatAreNoEnvelopeAreRefused() {
    for (int length : new int[] {0, 1, 100, SignedEnvelope.MOST_BYTES + 1}) {
      assertThatThrownBy(() -> coordinator.read(new byte[length]))
          .isInstanceOfSatisfying(
              WeftException.class,
              thrown -> assertThat(thrown.problem()).isEqualTo(Problem.MESSAGE_REFUSED));
    }
    byte[] hello = site.write(bytes("hello"));
    for (int length = 0; length < hello.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(hello, length);
      assertThatThrownBy(() -> coordinator.read(cut)).isInstanceOf(WeftException.class);
    }
  }

  /** What was refused leaves no trace. */
  @Test
  void afterARefusalTheStreamGoesOn() {
    meet();
    byte[] next = site.write(bytes("next"));
    assertThatThrownBy(
            () -> coordinator.read(forged(FEDERATION, NORTH, SessionId.draw(RANDOM), siteKey)))
        .isInstanceOf(WeftException.class);

    assertHeard(coordinator, next, "next");
  }

  @Test
  void twoStreamsNeverHaveTheSameSession() {
    byte[] one = site().write(bytes("hello"));
    byte[] two = site().write(bytes("hello"));

    assertThat(SignedEnvelope.decode(one).claimed().session())
        .isNotEqualTo(SignedEnvelope.decode(two).claimed().session());
  }

  private SignedLetters site() {
    return new SignedLetters(
        FEDERATION, NORTH, siteKey, NodeId.COORDINATOR, coordinatorKey.verifyingKey(), RANDOM);
  }

  private SignedLetters coordinator() {
    return new SignedLetters(
        FEDERATION, NodeId.COORDINATOR, coordinatorKey, NORTH, siteKey.verifyingKey(), RANDOM);
  }

  private void meet() {
    meet(site, coordinator);
  }

  private static void meet(SignedLetters site, SignedLetters coordinator) {
    coordinator.read(site.write(bytes("hello")));
    site.read(coordinator.write(bytes("welcome")));
  }

  private static byte[] forged(
      FederationId federation, NodeId node, SessionId session, SigningKey key) {
    return envelope(federation, node, "letter", session).signedBy(key).encode();
  }

  private static Envelope envelope(
      FederationId federation, NodeId node, String kind, SessionId session) {
    return new Envelope(federation, "", 0, 0, kind, node, session, 9, Bytes.of(bytes("forged")));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertHeard(SignedLetters reader, byte[] letter, String said) {
    assertThat(new String(reader.read(letter), StandardCharsets.UTF_8)).isEqualTo(said);
  }

  private static void assertRefused(String words, SignedLetters reader, byte[] letter) {
    assertThatThrownBy(() -> reader.read(letter))
        .hasMessageContaining(words)
        .isInstanceOfSatisfying(
            WeftException.class,
            thrown -> assertThat(thrown.problem()).isEqualTo(Problem.MESSAGE_REFUSED));
  }
}
