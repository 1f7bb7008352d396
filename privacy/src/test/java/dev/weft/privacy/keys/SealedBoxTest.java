package dev.weft.privacy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.Digest;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedBoxTest {
  private static final int SEGMENT = 1 << 16;
  private static final int SEALED = SEGMENT + 16;
  private static final int HEADER = 8 + 7 + 32 + 32 + 16;
  private static final OpeningKey KEY = OpeningKey.generate(Fleet.RANDOM);
  private static final Digest ABOUT = Digest.of(new byte[] {1});
  private static final byte[] PLAIN = bytes(3 * SEGMENT + 1000);
  private static final byte[] BOX = sealed(PLAIN);

  /** RFC 9180 A.2.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305, base mode. */
  @Test
  void hpkeIsThatOfRfc9180() throws Exception {
    byte[] info = hex("4f6465206f6e2061204772656369616e2055726e");
    AsymmetricCipherKeyPair ephemeral =
        OpeningKey.of(hex("f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600"))
            .pair();
    OpeningKey receiver =
        OpeningKey.of(hex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb"));
    assertThat(receiver.sealingKey().encoded())
        .isEqualTo(
            Bytes.of(hex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a")));
    HPKEContextWithEncapsulation context =
        HeaderKey.hpke().setupBaseS(receiver.sealingKey().parameters(), info, ephemeral);
    byte[] plain = hex("4265617574792069732074727574682c20747275746820626561757479");
    byte[] aad = hex("436f756e742d30");
    byte[] sealed = context.seal(aad, plain);
    assertThat(HexFormat.of().formatHex(context.getEncapsulation()))
        .isEqualTo("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a");
    assertThat(HexFormat.of().formatHex(sealed))
        .isEqualTo(
            "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2d"
                + "d1b51a28");
    assertThat(
            HeaderKey.hpke()
                .setupBaseR(context.getEncapsulation(), receiver.pair(), info)
                .open(aad, sealed))
        .isEqualTo(plain);
  }

  /** Read back by the layout in the documentation and Bouncy Castle's cipher. */
  @Test
  void anotherImplementationReadsTheSameBytes() throws Exception {
    assertThat(new String(BOX, 0, 8, java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo("weftbox1");
    byte[] front = Arrays.copyOf(BOX, 15);
    byte[] about = hex(ABOUT.hex());
    byte[] key =
        HeaderKey.hpke()
            .setupBaseR(
                Arrays.copyOfRange(BOX, 15, 47),
                KEY.pair(),
                new FieldWriter("weft/v1/sealed-box").toArray())
            .open(
                ByteBuffer.allocate(47).put(front).put(about).array(),
                Arrays.copyOfRange(BOX, 47, HEADER));
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    for (int i = 0, at = HEADER; at < BOX.length; i++, at += SEALED) {
      int length = Math.min(SEALED, BOX.length - at);
      byte[] nonce =
          ByteBuffer.allocate(12)
              .put(front, 8, 7)
              .putInt(i)
              .put((byte) (at + length == BOX.length ? 1 : 0))
              .array();
      ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
      cipher.init(false, new AEADParameters(new KeyParameter(key), 128, nonce, about));
      byte[] out = new byte[cipher.getOutputSize(length)];
      int done = cipher.processBytes(BOX, at, length, out, 0);
      done += cipher.doFinal(out, done);
      plain.write(out, 0, done);
    }
    assertThat(plain.toByteArray()).isEqualTo(PLAIN);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65535, 65536, 65537, 131071, 131072, 131073, 200_000})
  void whatWasSealedIsOpenedWhateverItsLength(int length) throws IOException {
    byte[] plain = bytes(length);
    byte[] box = sealed(plain);
    assertThat(opened(box, 0)).isEqualTo(plain);
    int segments = Math.max(1, (length + SEGMENT - 1) / SEGMENT);
    assertThat(box).hasSize(HEADER + length + 16 * segments);
    assertThat(opened(box, length)).isEmpty();
    refused("ends before where it is to be read", () -> opened(box, length + 1));
  }

  @Property(tries = 60)
  void itMayBeWrittenAndReadInAnyPieces(@ForAll Random random) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream sealing = SealedBox.seal(out, KEY.sealingKey(), ABOUT, Fleet.RANDOM)) {
      for (int at = 0; at < PLAIN.length; ) {
        int step = Math.min(PLAIN.length - at, 1 + random.nextInt(90_000));
        if (step == 1) {
          sealing.write(PLAIN[at]);
        } else {
          sealing.write(PLAIN, at, step);
        }
        sealing.flush();
        at += step;
      }
    }
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try (InputStream opening = SealedBox.open(source(out.toByteArray()), KEY, ABOUT)) {
      byte[] piece = new byte[70_000];
      for (int n = opening.read(piece, 5, 1 + random.nextInt(69_000));
          n >= 0;
          n = opening.read(piece, 5, 1 + random.nextInt(69_000))) {
        read.write(piece, 5, n);
      }
      assertThat(opening.read()).isEqualTo(-1);
    }
    assertThat(read.toByteArray()).isEqualTo(PLAIN);
  }

  @Test
  void singleBytesAreReadAndWritten() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream sealing = SealedBox.seal(out, KEY.sealingKey(), ABOUT, Fleet.RANDOM)) {
      sealing.write(200);
      sealing.write(7);
    }
    try (InputStream opening = SealedBox.open(source(out.toByteArray()), KEY, ABOUT)) {
      assertThat(opening.read(new byte[0])).isZero();
      assertThat(opening.read()).isEqualTo(200);
      assertThat(opening.read()).isEqualTo(7);
      assertThat(opening.read()).isEqualTo(-1);
    }
  }

  @Property(tries = 100)
  void itIsReadFromAnyOffset(@ForAll @IntRange(max = 3 * SEGMENT + 1000) int offset)
      throws IOException {
    assertThat(opened(BOX, offset)).isEqualTo(Arrays.copyOfRange(PLAIN, offset, PLAIN.length));
  }

  @ParameterizedTest
  @ValueSource(ints = {SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT})
  void anOffsetAtTheEdgeOfASegmentIsAnyOther(int offset) throws IOException {
    assertThat(opened(BOX, offset)).isEqualTo(Arrays.copyOfRange(PLAIN, offset, PLAIN.length));
  }

  /** Reading from the middle skips what lies before: only the header and the tail are fetched. */
  @Test
  void readingFromTheMiddleDoesNotReadWhatIsBefore() throws IOException {
    List<Long> fetched = new ArrayList<>();
    SealedBox.Source source =
        offset -> {
          fetched.add(offset);
          return source(BOX).from(offset);
        };
    SealedBox.open(source, KEY, ABOUT, 2 * SEGMENT + 5).close();
    assertThat(fetched).containsExactly(0L, (long) HEADER + 2 * SEALED);
  }

  @Property(tries = 300)
  void everyBitCounts(@ForAll @IntRange(max = 7) int bit, @ForAll Random random) {
    byte[] box = BOX.clone();
    int where = random.nextBoolean() ? random.nextInt(HEADER) : random.nextInt(box.length);
    box[where] ^= (byte) (1 << bit);
    refused("", () -> opened(box, 0));
  }

  @Property(tries = 100)
  void whatIsCutShortIsRefused(@ForAll Random random) {
    refused("", () -> opened(Arrays.copyOf(BOX, random.nextInt(BOX.length)), 0));
  }

  @Test
  void aCutBetweenSegmentsIsCalledThat() {
    refused("cut short after segment 1;", () -> opened(Arrays.copyOf(BOX, HEADER + 2 * SEALED), 0));
    refused("was changed", () -> opened(Arrays.copyOf(BOX, HEADER), 0));
    refused("cut short in its beginning", () -> opened(Arrays.copyOf(BOX, HEADER - 1), 0));
  }

  @Test
  void somethingBehindTheLastSegmentIsRefused() {
    byte[] whole = sealed(bytes(SEGMENT));
    refused(
        "something follows segment 0, the last",
        () -> opened(Arrays.copyOf(whole, whole.length + 1), 0));
    refused("segment 3", () -> opened(Arrays.copyOf(BOX, BOX.length + 1), 0));
  }

  @Test
  void segmentsInAnotherOrderOrOfAnotherArtifactAreRefused() {
    byte[] swapped = BOX.clone();
    System.arraycopy(BOX, HEADER, swapped, HEADER + SEALED, SEALED);
    System.arraycopy(BOX, HEADER + SEALED, swapped, HEADER, SEALED);
    refused("segment 0 of a sealed artifact was changed", () -> opened(swapped, 0));
    byte[] missing = new byte[BOX.length - SEALED];
    System.arraycopy(BOX, 0, missing, 0, HEADER + SEALED);
    System.arraycopy(
        BOX, HEADER + 2 * SEALED, missing, HEADER + SEALED, missing.length - HEADER - SEALED);
    refused("segment 1", () -> opened(missing, 0));
    byte[] mixed = BOX.clone();
    System.arraycopy(sealed(PLAIN), HEADER, mixed, HEADER, SEALED);
    refused("segment 0", () -> opened(mixed, 0));
  }

  @Test
  void anotherKeyIsRefused() {
    OpeningKey other = OpeningKey.generate(Fleet.RANDOM);
    refused(
        "does not open with the key " + other.sealingKey(),
        () -> SealedBox.open(source(BOX), other, ABOUT));
  }

  @Test
  void anotherArtifactIsRefused() {
    refused("another artifact", () -> SealedBox.open(source(BOX), KEY, Digest.of(new byte[] {2})));
  }

  /** The data of the segments is checked for itself, not only that of the header. */
  @Test
  void segmentsAreAboutTheArtifactToo() {
    byte[] key = new byte[32];
    byte[] prefix = new byte[7];
    byte[] sealed = new Segments(key, prefix, new byte[] {1}).seal(new byte[5], 5, 0, true);
    Segments other = new Segments(key, prefix, new byte[] {2});
    assertThat(other.open(sealed, sealed.length, 0, true)).isEqualTo(Optional.empty());
    refused(
        "256 TiB",
        () -> new Segments(key, prefix, new byte[0]).seal(new byte[1], 1, 1L << 32, true));
    assertThat(other.seal(new byte[1], 1, (1L << 32) - 1, true)).hasSize(17);
  }

  @Test
  void anEncapsulationThatGivesNoSecretIsRefused() {
    byte[] box = BOX.clone();
    Arrays.fill(box, 15, 47, (byte) 0);
    refused("does not open", () -> opened(box, 0));
  }

  @Test
  void anythingElseIsNoSealedArtifact() {
    refused("no sealed artifact", () -> opened(bytes(1000), 0));
    refused("ends before", () -> opened(BOX, PLAIN.length + SEGMENT));
    refused("ends before", () -> opened(BOX, Long.MAX_VALUE));
    refused("ends before", () -> opened(BOX, (1L << 48) + 1));
    assertThatThrownBy(() -> SealedBox.open(source(BOX), KEY, ABOUT, -1))
        .hasMessageContaining("offset");
  }

  @Test
  void nothingIsHandedOutOfASegmentThatWasChanged() throws IOException {
    byte[] box = BOX.clone();
    box[HEADER + SEALED + 10]++;
    try (InputStream opening = SealedBox.open(source(box), KEY, ABOUT)) {
      assertThat(opening.readNBytes(SEGMENT)).isEqualTo(Arrays.copyOf(PLAIN, SEGMENT));
      refused("segment 1", () -> opening.read(new byte[10]));
    }
  }

  @Test
  void everyArtifactHasAKeyAndNoncesOfItsOwn() {
    byte[] first = sealed(PLAIN);
    byte[] second = sealed(PLAIN);
    assertThat(Arrays.copyOfRange(first, 8, 15)).isNotEqualTo(Arrays.copyOfRange(second, 8, 15));
    assertThat(keyOf(first)).hasSize(32).isNotEqualTo(keyOf(second));
  }

  private static byte[] keyOf(byte[] box) {
    byte[] aad = ByteBuffer.allocate(47).put(box, 0, 15).put(hex(ABOUT.hex())).array();
    return HeaderKey.unwrap(Arrays.copyOfRange(box, 15, HEADER), KEY, aad);
  }

  @Test
  void flushingHandsOnWhatIsSealed() throws IOException {
    boolean[] flushed = {false};
    OutputStream below =
        new ByteArrayOutputStream() {
          @Override
          public void flush() {
            flushed[0] = true;
          }
        };
    SealedBox.seal(below, KEY.sealingKey(), ABOUT, Fleet.RANDOM).flush();
    assertThat(flushed[0]).isTrue();
  }

  @Test
  void closingSealsOnceAndClosesWhatIsBelow() throws IOException {
    boolean[] closed = {false};
    ByteArrayOutputStream below =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    OutputStream sealing = SealedBox.seal(below, KEY.sealingKey(), ABOUT, Fleet.RANDOM);
    sealing.write(1);
    sealing.close();
    int size = below.size();
    sealing.close();
    assertThat(below.size()).isEqualTo(size);
    assertThat(closed[0]).isTrue();
    assertThatThrownBy(() -> sealing.write(1)).isInstanceOf(IOException.class);
  }

  @Test
  void anOpenStreamClosesItsSourceAlsoWhenItIsRefused() throws IOException {
    int[] open = {0};
    SealedBox.Source counted =
        offset -> {
          open[0]++;
          return new ByteArrayInputStream(BOX, (int) offset, BOX.length) {
            @Override
            public void close() {
              open[0]--;
            }
          };
        };
    SealedBox.open(counted, KEY, ABOUT).close();
    assertThat(open[0]).isZero();
    refused("ends before", () -> SealedBox.open(counted, KEY, ABOUT, PLAIN.length + 9L));
    assertThat(open[0]).isZero();
  }

  @Test
  void keysComeBackFromPem() {
    OpeningKey again = OpeningKey.ofPem(KEY.toPem(), "key.pem");
    assertThat(again.sealingKey()).isEqualTo(KEY.sealingKey());
    assertThat(SealingKey.ofPem(KEY.sealingKey().toPem(), "key.pem")).isEqualTo(KEY.sealingKey());
    assertThat(KEY).hasToString("opening key of " + KEY.sealingKey().fingerprint());
    SigningKey ed = SigningKey.generate(Fleet.RANDOM);
    assertThatThrownBy(() -> OpeningKey.ofPem(ed.toPem(), "key.pem"))
        .hasMessageContaining("give an X25519 private key");
    assertThatThrownBy(() -> SealingKey.ofPem(ed.verifyingKey().toPem(), "key.pem"))
        .hasMessageContaining("give an X25519 public key");
    String rubbish = PemBlock.of("PRIVATE KEY", new byte[5]).write();
    assertThatThrownBy(() -> OpeningKey.ofPem(rubbish, "key.pem"))
        .hasMessageContaining("damaged private key")
        .hasNoCause();
    String publicRubbish = PemBlock.of("PUBLIC KEY", new byte[5]).write();
    assertThatThrownBy(() -> SealingKey.ofPem(publicRubbish, "key.pem"))
        .hasMessageContaining("damaged public key");
    assertThatThrownBy(() -> new SealingKey(Bytes.of(new byte[31])))
        .hasMessageContaining("32 bytes needed");
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  private static byte[] sealed(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream sealing = SealedBox.seal(out, KEY.sealingKey(), ABOUT, Fleet.RANDOM)) {
      sealing.write(plain);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }

  private static byte[] opened(byte[] box, long offset) throws IOException {
    try (InputStream opening = SealedBox.open(source(box), KEY, ABOUT, offset)) {
      return opening.readAllBytes();
    }
  }

  private static SealedBox.Source source(byte[] box) {
    return offset -> new ByteArrayInputStream(box, (int) Math.min(offset, box.length), box.length);
  }

  private static void refused(String why, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.SEAL_BROKEN))
        .hasMessageContaining(why);
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
