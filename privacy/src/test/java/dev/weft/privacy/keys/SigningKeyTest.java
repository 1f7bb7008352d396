package dev.weft.privacy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.WeftException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeyTest {
  private static final SigningKey KEY = SigningKey.generate(new SecureRandom());

  /** RFC 8032 7.1, tests 1 to 3: secret key, public key, message, signature. */
  @ParameterizedTest
  @CsvSource({
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
        + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,'',"
        + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
        + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,72,"
        + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
        + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,af82,"
        + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
  })
  void signsAsRfc8032Says(String secret, String verifying, String message, String signature) {
    SigningKey key = SigningKey.ofSeed(HexFormat.of().parseHex(secret));
    byte[] bytes = HexFormat.of().parseHex(message);
    assertThat(key.verifyingKey()).isEqualTo(VerifyingKey.of(HexFormat.of().parseHex(verifying)));
    assertThat(HexFormat.of().formatHex(key.sign(bytes).toArray())).isEqualTo(signature);
    assertThat(key.verifyingKey().verifies(bytes, key.sign(bytes))).isTrue();
  }

  @Property(tries = 200)
  void oneBitMoreOrLessIsAnotherMessage(
      @ForAll byte[] message, @ForAll int where, @ForAll boolean inSignature) {
    byte[] signature = KEY.sign(message).toArray();
    byte[] changed = inSignature || message.length == 0 ? signature : message.clone();
    changed[Math.floorMod(where, changed.length)] ^= (byte) (1 << Math.floorMod(where, 8));
    byte[] said = changed == signature ? message : changed;
    assertThat(KEY.verifyingKey().verifies(said, Bytes.of(signature))).isFalse();
  }

  @Test
  void anotherKeyAndASignatureOfAnotherLengthAreRefused() {
    byte[] message = {1, 2, 3};
    VerifyingKey other = SigningKey.generate(new SecureRandom()).verifyingKey();
    assertThat(other.verifies(message, KEY.sign(message))).isFalse();
    assertThat(KEY.verifyingKey().verifies(message, Bytes.of(new byte[0]))).isFalse();
    assertThat(KEY.verifyingKey().verifies(message, Bytes.of(new byte[65]))).isFalse();
  }

  @Test
  void keysComeBackFromPem() {
    SigningKey again = SigningKey.ofPem(KEY.toPem(), "key.pem");
    assertThat(again.toPem()).isEqualTo(KEY.toPem()).startsWith("-----BEGIN PRIVATE KEY-----");
    assertThat(again.verifyingKey()).isEqualTo(KEY.verifyingKey());
    assertThat(VerifyingKey.ofPem(KEY.verifyingKey().toPem(), "key.pem"))
        .isEqualTo(KEY.verifyingKey());
  }

  /** {@code openssl genpkey -algorithm ed25519} of the secret of RFC 8410 10.3. */
  @Test
  void readsTheKeysOfRfc8410() {
    SigningKey key =
        SigningKey.ofPem(
            """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
            -----END PRIVATE KEY-----
            """,
            "key.pem");
    assertThat(key.verifyingKey().toPem())
        .contains("MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=");
  }

  @Test
  void aKeyNeverPrintsItsSecret() {
    String secret = HexFormat.of().formatHex(KEY.toPkcs8()).substring(32);
    String pem = KEY.toPem().lines().skip(1).findFirst().orElseThrow().substring(24);
    assertThat(KEY.toString()).contains(KEY.verifyingKey().fingerprint().toString());
    assertThat(KEY.toString().replace(":", "").toLowerCase(java.util.Locale.ROOT))
        .doesNotContain(secret)
        .doesNotContain(pem);
    String broken = KEY.toPem().replace(pem, pem.substring(4));
    assertThatThrownBy(() -> SigningKey.ofPem(broken, "key.pem"))
        .hasMessageContaining("key.pem")
        .hasNoCause()
        .message()
        .doesNotContain(pem.substring(8));
  }

  /** The points of order 1, 2, 4 and 8, and bytes that are no point: RFC 8032, Wycheproof. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "0200000000000000000000000000000000000000000000000000000000000000",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f70751",
        ""
      })
  void keysThatVerifyAnythingAreRefused(String hex) {
    assertThatThrownBy(() -> VerifyingKey.of(HexFormat.of().parseHex(hex)))
        .hasMessageContaining("no Ed25519 public key");
  }

  @Test
  void aKeyOfAnotherKindIsCalledThat() {
    String tls =
        PemBlock.of("PRIVATE KEY", CertificateKey.generate(new SecureRandom()).toPkcs8()).write();
    assertThatThrownBy(() -> SigningKey.ofPem(tls, "key.pem"))
        .isInstanceOf(WeftException.class)
        .hasMessage("key.pem: is a key of another kind; give an Ed25519 private key");
    assertThatThrownBy(() -> VerifyingKey.ofPem(KEY.toPem(), "key.pem"))
        .hasMessageContaining("exactly one block \"BEGIN PUBLIC KEY\"");
    assertThatThrownBy(() -> VerifyingKey.ofPem("no PEM", "key.pem"))
        .hasMessageContaining("exactly one block");
    String rubbish = PemBlock.of("PUBLIC KEY", "x".getBytes(StandardCharsets.UTF_8)).write();
    assertThatThrownBy(() -> VerifyingKey.ofPem(rubbish, "key.pem"))
        .hasMessageContaining("damaged public key");
    assertThatThrownBy(() -> SigningKey.ofPem(KEY.toPem() + KEY.toPem(), "key.pem"))
        .hasMessageContaining("exactly one block");
  }
}
