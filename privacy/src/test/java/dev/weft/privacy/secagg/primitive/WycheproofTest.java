package dev.weft.privacy.secagg.primitive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.VerifyingKey;
import dev.weft.privacy.secagg.Verifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Wycheproof's vectors (C2SP, Apache-2.0) for every primitive: a few of each always, and all of
 * them where their folder lies beside the checkout.
 */
class WycheproofTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Kem KEM = Suites.FS1_PQ.kem().orElseThrow();
  private static final String FEW = "few";
  private static final String ALL = "all";

  /**
   * @param file of vectors
   * @param isRight whether the primitive answers one of them as it says, which is in a group
   */
  private record Vectors(String file, BiPredicate<JsonNode, JsonNode> isRight) {
    @Override
    public String toString() {
      return file;
    }
  }

  static Stream<Arguments> vectors() {
    return Stream.of(
            new Vectors("x25519_test", WycheproofTest::x25519),
            new Vectors("hkdf_sha256_test", WycheproofTest::hkdf),
            new Vectors("chacha20_poly1305_test", WycheproofTest::chaCha20Poly1305),
            new Vectors("ed25519_test", WycheproofTest::ed25519),
            new Vectors("mlkem_768_test", WycheproofTest::mlKem),
            new Vectors("mlkem_768_keygen_seed_test", WycheproofTest::mlKemKeys),
            new Vectors("mlkem_768_encaps_test", WycheproofTest::mlKemEncapsulation),
            new Vectors("aes_gcm_test", WycheproofTest::aes256))
        .flatMap(vectors -> Stream.of(FEW, ALL).map(which -> Arguments.of(vectors, which)));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void areAnsweredAsTheySay(Vectors vectors, String which) throws IOException {
    int number = 0;
    JsonNode file = which.equals(FEW) ? few(vectors.file()) : all(vectors.file());
    for (JsonNode group : file.get("testGroups")) {
      for (JsonNode test : group.get("tests")) {
        assertThat(vectors.isRight().test(group, test))
            .as("%s %s: %s", vectors.file(), test.get("tcId"), test.path("comment"))
            .isTrue();
        number++;
      }
    }
    assertThat(number).isGreaterThanOrEqualTo(which.equals(FEW) ? 3 : 80);
  }

  private static boolean x25519(JsonNode group, JsonNode test) {
    Optional<Secret> shared =
        Suites.FS1.agree(secret(test, "private"), Bytes.of(hex(test, "public")));
    byte[] expected = hex(test, "shared");
    return Arrays.equals(expected, new byte[32])
        ? shared.isEmpty()
        : Arrays.equals(shared.orElseThrow().bytes(), expected);
  }

  private static boolean hkdf(JsonNode group, JsonNode test) {
    int size = test.get("size").intValue();
    if (size > Hkdf.MOST_BYTES) {
      return !isValid(test);
    }
    return Arrays.equals(
        Hkdf.derive(hex(test, "ikm"), hex(test, "salt"), hex(test, "info"), size),
        hex(test, "okm"));
  }

  private static boolean chaCha20Poly1305(JsonNode group, JsonNode test) {
    byte[] nonce = hex(test, "iv");
    if (nonce.length != 12) {
      return !isValid(test);
    }
    byte[] box = joined(hex(test, "ct"), hex(test, "tag"));
    Optional<byte[]> text = ShareBox.open(secret(test, "key"), nonce, hex(test, "aad"), box);
    return isValid(test) ? Arrays.equals(text.orElseThrow(), hex(test, "msg")) : text.isEmpty();
  }

  private static boolean ed25519(JsonNode group, JsonNode test) {
    byte[] key = HexFormat.of().parseHex(group.get("publicKey").get("pk").textValue());
    Verifier verifier = Verifier.of(new VerifyingKey(Bytes.of(key)));
    return verifier.verifies(hex(test, "msg"), Bytes.of(hex(test, "sig"))) == isValid(test);
  }

  /** Key and ciphertext from seeds, and the secret back. */
  private static boolean mlKem(JsonNode group, JsonNode test) {
    byte[] seed = hex(test, "seed");
    byte[] ciphertext = hex(test, "c");
    if (seed.length != Kem.SEED_BYTES || ciphertext.length != KEM.ciphertextBytes()) {
      return !isValid(test);
    }
    return Arrays.equals(
        KEM.decapsulate(Secret.owning(seed), Bytes.of(ciphertext)).bytes(), hex(test, "K"));
  }

  private static boolean mlKemKeys(JsonNode group, JsonNode test) {
    Bytes key = KEM.publicKey(Secret.owning(hex(test, "seed")));
    return key.equals(Bytes.of(hex(test, "ek"))) && KEM.isPublicKey(key);
  }

  /** Deterministic encapsulation, which Bouncy Castle calls internal. */
  private static boolean mlKemEncapsulation(JsonNode group, JsonNode test) {
    Bytes key = Bytes.of(hex(test, "ek"));
    if (!KEM.isPublicKey(key)) {
      return !isValid(test);
    }
    Kem.Encapsulated made = KEM.encapsulate(key, secret(test, "m"));
    return isValid(test)
        && made.ciphertext().equals(Bytes.of(hex(test, "c")))
        && Arrays.equals(made.secret().bytes(), hex(test, "K"));
  }

  /**
   * The cipher of the default masks: what AES-GCM encrypts is counter mode from {@code nonce ‖ 2}
   * on.
   */
  private static boolean aes256(JsonNode group, JsonNode test) {
    byte[] key = hex(test, "key");
    byte[] nonce = hex(test, "iv");
    byte[] text = hex(test, "msg");
    if (key.length != 32 || nonce.length != 12 || !isValid(test)) {
      return true;
    }
    byte[] counter = Arrays.copyOf(nonce, 16);
    counter[15] = 2;
    byte[] stream = new byte[(text.length + 15) / 16 * 16];
    new AesMasks().generate(key, counter, stream, stream.length);
    byte[] encrypted = new byte[text.length];
    for (int i = 0; i < text.length; i++) {
      encrypted[i] = (byte) (text[i] ^ stream[i]);
    }
    return Arrays.equals(encrypted, hex(test, "ct"));
  }

  private static boolean isValid(JsonNode test) {
    return !test.get("result").textValue().equals("invalid");
  }

  private static Secret secret(JsonNode test, String field) {
    return Secret.owning(hex(test, field));
  }

  private static byte[] hex(JsonNode test, String field) {
    return HexFormat.of().parseHex(test.get(field).textValue());
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static JsonNode few(String name) throws IOException {
    try (InputStream in =
        WycheproofTest.class.getResourceAsStream("/wycheproof/" + name + ".json")) {
      return JSON.readTree(in);
    }
  }

  private static JsonNode all(String name) throws IOException {
    Path models = Path.of(System.getProperty("weft.models", "../shared/models"));
    Path file = models.resolveSibling("wycheproof").resolve(name + ".json");
    assumeTrue(Files.exists(file), "all of Wycheproof is not beside the checkout");
    return JSON.readTree(file.toFile());
  }
}
