package dev.weft.privacy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {
  private static final List<Address> ADDRESSES =
      List.of(Address.parse("fl.example.org:8443"), Address.parse("[2001:db8::7]:443"));
  private static final Token TOKEN =
      Invitation.make(
              Fleet.atNoon().federation(),
              Fleet.SITE,
              ADDRESSES,
              Fleet.NOON.plusMillis(1),
              Duration.ofDays(7),
              Fleet.RANDOM)
          .token();
  private static final String TEXT = TOKEN.text();

  @Test
  void aTokenComesBackHoweverItsLinesWereBroken() {
    assertThat(Token.parse(TEXT, Fleet.NOON)).isEqualTo(TOKEN);
    String mailed = "  " + TEXT.replaceAll("(.{40})", "$1\r\n\t") + "\n";
    assertThat(Token.parse(mailed, Fleet.NOON)).isEqualTo(TOKEN);
    assertThat(TOKEN.addresses()).isEqualTo(ADDRESSES);
    assertThat(TOKEN.expiry()).isEqualTo("2026-05-08T12:00:00Z");
  }

  @Test
  void aTokenCanBePastedAnywhere() {
    assertThat(TEXT).matches("weft1\\.[A-Za-z0-9_-]+");
    assertThat(TEXT.length()).isLessThan(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello", "weft", "weft.abc", "https://example.org/weft1.abc"})
  void anythingElseIsNoToken(String pasted) {
    refused(pasted, "is no invitation token");
  }

  @Test
  void aTokenOfAnotherVersionIsCalledThat() {
    refused(TEXT.replace("weft1.", "weft2."), "is of version 2 and this Weft knows version 1");
  }

  @Property
  void aTokenThatWasCutShortIsCalledThat(@ForAll @IntRange(min = 6) int length) {
    String cut = TEXT.substring(0, 6 + Math.floorMod(length, TEXT.length() - 6));
    refused(cut, "is cut short");
  }

  @Property
  void aTokenWithAnotherLetterIsRefused(@ForAll int where, @ForAll char letter) {
    int index = 6 + Math.floorMod(where, TEXT.length() - 6);
    String changed = TEXT.substring(0, index) + letter + TEXT.substring(index + 1);
    if (Character.isWhitespace(letter) || letter == TEXT.charAt(index)) {
      return;
    }
    assertThatThrownBy(() -> Token.parse(changed, Fleet.NOON))
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.BAD_TOKEN));
  }

  @Test
  void aMangledTokenIsCalledDamaged() {
    refused("weft1." + TEXT.substring(6).toLowerCase(Locale.ROOT), "this invitation token is");
    refused(TEXT + "AAAA", "damaged");
    refused(TEXT + "A", "damaged");
    refused(TEXT.substring(0, 60) + "=" + TEXT.substring(61), "damaged");
    char middle = TEXT.charAt(60) == 'x' ? 'y' : 'x';
    refused(TEXT.substring(0, 60) + middle + TEXT.substring(61), "damaged");
  }

  @Test
  void aTokenIsGoodUntilItsExpiryAndNoLonger() {
    assertThat(Token.parse(TEXT, TOKEN.expiry())).isEqualTo(TOKEN);
    assertThatThrownBy(() -> Token.parse(TEXT, TOKEN.expiry().plusMillis(1)))
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.INVITATION_OVER))
        .hasMessageContaining("expired at 2026-05-08T12:00:00Z");
  }

  @Test
  void aTokenPrintsWithoutItsSecret() {
    String secret = HexFormat.of().formatHex(TOKEN.secret().toArray());
    assertThat(TOKEN.toString()).contains("St. Mary's").doesNotContain(secret);
    assertThat(TOKEN.toString()).doesNotContain(TEXT.substring(6, 40));
  }

  @Test
  void noTwoTokensHaveOneSecret() {
    Invitation.Made first = make();
    Invitation.Made second = make();
    assertThat(first.token().secret()).isNotEqualTo(second.token().secret());
    assertThat(first.invitation().key()).isNotEqualTo(second.invitation().key());
    assertThat(first.token().key().verifyingKey()).isEqualTo(first.invitation().key());
  }

  @Test
  void aTokenNeedsAnAddressAndAWholeSecret() {
    assertThatThrownBy(() -> with(List.of(), 16)).hasMessageContaining("addresses");
    List<Address> sixteen = Collections.nCopies(16, ADDRESSES.get(0));
    assertThat(Token.parse(with(sixteen, 16).text(), Fleet.NOON).addresses()).hasSize(16);
    assertThatThrownBy(() -> with(Collections.nCopies(17, ADDRESSES.get(0)), 16))
        .hasMessageContaining("addresses: 1 to 16");
    assertThatThrownBy(() -> with(ADDRESSES, 15)).hasMessageContaining("secret");
  }

  private static Token with(List<Address> addresses, int secret) {
    return new Token(
        addresses,
        TOKEN.federation(),
        TOKEN.authority(),
        TOKEN.site(),
        Bytes.of(new byte[secret]),
        TOKEN.expiry());
  }

  private static Invitation.Made make() {
    return Invitation.make(
        Fleet.atNoon().federation(),
        Fleet.SITE,
        ADDRESSES,
        Fleet.NOON,
        Duration.ofDays(1),
        Fleet.RANDOM);
  }

  private static void refused(String pasted, String why) {
    assertThatThrownBy(() -> Token.parse(pasted, Fleet.NOON))
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.BAD_TOKEN))
        .hasMessageContaining(why);
  }
}
