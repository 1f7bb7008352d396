package dev.weft.privacy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.ReplayGuard.Reason;
import dev.weft.privacy.keys.ReplayGuard.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
  private static final SigningKey KEY = SigningKey.generate(Fleet.RANDOM);
  private static final FederationId FEDERATION = new FederationId("kliniken");
  private static final NodeId NODE = new NodeId("hospital-b");
  private static final SessionId SESSION = SessionId.draw(Fleet.RANDOM);
  private final ReplayGuard begun =
      ReplayGuard.begin(FEDERATION, NODE, KEY.verifyingKey(), SESSION);

  /** Put together by hand, so that another implementation can be held against it. */
  @Test
  void theSignedBytesAreTheFieldsWithTheirLengths() {
    SessionId session = new SessionId("00".repeat(16));
    Envelope envelope =
        new Envelope(FEDERATION, "é", 7, 2, "offer", NODE, session, 3, Bytes.of(new byte[] {9}));
    String expected =
        lp("weft/v1/envelope")
            + lp("kliniken")
            + "00000002c3a9"
            + "0000000000000007"
            + "0000000000000002"
            + lp("offer")
            + lp("hospital-b")
            + lp("0".repeat(32))
            + "0000000000000003"
            + "0000000109";
    SigningKey key = SigningKey.ofSeed(new byte[32]);
    SignedEnvelope signed = envelope.signedBy(key);
    byte[] bytes = HexFormat.of().parseHex(expected);
    assertThat(key.verifyingKey().verifies(bytes, signed.signature())).isTrue();
    assertThat(HexFormat.of().formatHex(signed.encode()))
        .isEqualTo(expected + "00000040" + HexFormat.of().formatHex(signed.signature().toArray()));
  }

  @Property
  void anEnvelopeComesBackFromItsBytes(
      @ForAll @Size(max = 80) List<Character> run,
      @ForAll @IntRange(min = 0) int number,
      @ForAll byte[] payload) {
    StringBuilder text = new StringBuilder();
    run.stream().filter(c -> !Character.isSurrogate(c)).forEach(text::append);
    Envelope envelope =
        new Envelope(
            FEDERATION,
            text.toString(),
            number * 3L,
            number,
            "train",
            NODE,
            SESSION,
            number + 1L,
            Bytes.of(payload));
    SignedEnvelope signed = envelope.signedBy(KEY);
    SignedEnvelope read = SignedEnvelope.decode(signed.encode());
    assertThat(read).isEqualTo(signed);
    assertThat(read.isBy(KEY.verifyingKey())).isTrue();
  }

  /** Whatever is read has one form alone, so two forms never pass for two messages. */
  @Property
  void whatIsReadIsWrittenAsItWas(@ForAll int where, @ForAll byte value) {
    byte[] bytes = message(1).encode();
    bytes[Math.floorMod(where, bytes.length)] = value;
    try {
      assertThat(SignedEnvelope.decode(bytes).encode()).isEqualTo(bytes);
    } catch (WeftException e) {
      assertThat(e.problem()).isEqualTo(Problem.MESSAGE_REFUSED);
    }
  }

  @Property
  void everyBitCounts(@ForAll int where, @ForAll int bit) {
    byte[] bytes = message(1).encode();
    bytes[Math.floorMod(where, bytes.length)] ^= (byte) (1 << Math.floorMod(bit, 8));
    try {
      assertThat(reason(begun.judge(SignedEnvelope.decode(bytes))))
          .isEqualTo(Reason.WRONG_SIGNATURE);
    } catch (WeftException e) {
      assertThat(e.problem()).isEqualTo(Problem.MESSAGE_REFUSED);
    }
  }

  @Property
  void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
    refused(bytes, "a message cannot be read");
  }

  @Test
  void cutMessagesAndThoseWithMoreBehindThemAreRefused() {
    byte[] whole = message(1).encode();
    for (int length = 0; length < whole.length; length++) {
      refused(Arrays.copyOf(whole, length), "cut short");
    }
    refused(Arrays.copyOf(whole, whole.length + 1), "1 bytes follow its end");
  }

  /** A length that is said but not there is refused before memory is taken for it. */
  @Test
  void lengthsThatAreNotThereAreRefused() {
    byte[] bytes = message(1).encode();
    int payload = bytes.length - 64 - Integer.BYTES - 3 - Integer.BYTES;
    ByteBuffer.wrap(bytes).putInt(payload, Integer.MAX_VALUE);
    refused(bytes, "a length of 2147483647, where at most 1048576 may be");
    ByteBuffer.wrap(bytes).putInt(payload, -1);
    refused(bytes, "a length of 4294967295");
    ByteBuffer.wrap(bytes).putInt(payload, 1 << 20);
    refused(bytes, "cut short");
    refused(new byte[SignedEnvelope.MOST_BYTES + 1], "at most 1052672 are read");
    refused(new byte[SignedEnvelope.MOST_BYTES], "it is no weft/v1/envelope");
  }

  @Test
  void fieldsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> envelope(-1, 0, "offer", 1, 0)).hasMessageContaining("round");
    assertThatThrownBy(() -> envelope(0, -1, "offer", 1, 0)).hasMessageContaining("attempt");
    assertThatThrownBy(() -> envelope(0, 0, "offer", 0, 0)).hasMessageContaining("sequence");
    assertThatThrownBy(() -> envelope(0, 0, "Offer", 1, 0)).hasMessageContaining("kind");
    assertThatThrownBy(() -> envelope(0, 0, "offer", 1, (1 << 20) + 1))
        .hasMessageContaining("payload");
    String run = "é".repeat(128);
    assertThat(run(run).signedBy(KEY).encode()).isNotEmpty();
    assertThatThrownBy(() -> run(run + "e")).hasMessageContaining("run: at most 256 bytes");
    assertThat(envelope(0, 0, "offer", 1, 1 << 20).signedBy(KEY).encode().length)
        .isLessThan(SignedEnvelope.MOST_BYTES);
    assertThatThrownBy(() -> new SessionId("00")).hasMessageContaining("session");
  }

  @Test
  void anAttemptThatIsNoIntIsRefused() {
    byte[] bytes = message(1).encode();
    int attempt = 4 + 16 + 4 + 8 + 4 + 5 + 8;
    ByteBuffer.wrap(bytes).putLong(attempt, 1L << 32);
    refused(bytes, "overflow");
  }

  @Test
  void aTextThatIsNoUtf8IsRefused() {
    byte[] bytes = message(1).encode();
    bytes[4 + 16 + 4 + 8 + 4] = (byte) 0xff;
    refused(bytes, "not UTF-8");
  }

  @Test
  void sessionsAreDrawnAnew() {
    Set<SessionId> drawn = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      drawn.add(SessionId.draw(Fleet.RANDOM));
    }
    assertThat(drawn).hasSize(100);
  }

  @Test
  void numbersGrowAndMaySkip() {
    ReplayGuard guard = accepted(begun.judge(message(1)));
    guard = accepted(guard.judge(message(2)));
    guard = accepted(guard.judge(message(9)));
    assertThat(guard.last()).isEqualTo(9);
    assertThat(guard.accepted()).isEqualTo(Optional.of(message(9).digest()));
    assertThat(reason(guard.judge(message(8)))).isEqualTo(Reason.STALE);
    assertThat(reason(guard.judge(message(1)))).isEqualTo(Reason.STALE);
    assertThat(accepted(guard.judge(message(10))).last()).isEqualTo(10);
  }

  @Test
  void theLastMessageMayComeAgainByteForByteAlone() {
    ReplayGuard guard = accepted(accepted(begun.judge(message(1))).judge(message(2)));
    assertThat(guard.judge(message(2))).isEqualTo(new Verdict.Repeated());
    assertThat(guard.judge(SignedEnvelope.decode(message(2).encode())))
        .isEqualTo(new Verdict.Repeated());
    SignedEnvelope other = envelope(0, 0, "accept", 2, 5).signedBy(KEY);
    assertThat(reason(guard.judge(other))).isEqualTo(Reason.REPLAYED);
  }

  @Test
  void aMessageWithoutTheNodesSignatureIsRefusedWhateverItSays() {
    SigningKey stranger = SigningKey.generate(Fleet.RANDOM);
    Envelope honest = message(1).claimed();
    assertThat(reason(begun.judge(honest.signedBy(stranger)))).isEqualTo(Reason.WRONG_SIGNATURE);
    Envelope elsewhere = in(new FederationId("elsewhere"), NODE, SESSION);
    assertThat(reason(begun.judge(elsewhere.signedBy(stranger)))).isEqualTo(Reason.WRONG_SIGNATURE);
  }

  @Test
  void aMessageThatBelongsElsewhereIsRefused() {
    SessionId session = SessionId.draw(Fleet.RANDOM);
    assertThat(reason(begun.judge(in(new FederationId("elsewhere"), NODE, SESSION).signedBy(KEY))))
        .isEqualTo(Reason.WRONG_FEDERATION);
    assertThat(reason(begun.judge(in(FEDERATION, new NodeId("hospital-c"), SESSION).signedBy(KEY))))
        .isEqualTo(Reason.WRONG_NODE);
    assertThat(reason(begun.judge(in(FEDERATION, NODE, session).signedBy(KEY))))
        .isEqualTo(Reason.ANOTHER_SESSION);
    Verdict.Refused refused =
        (Verdict.Refused) begun.judge(in(FEDERATION, NODE, session).signedBy(KEY));
    assertThat(refused.sentence()).contains("hospital-b", "belongs to session " + session.hex());
  }

  /** A signature is over the context too, so what was signed as something else is no envelope. */
  @Test
  void aSignatureOverAnotherKindOfStatementIsNone() {
    Envelope envelope = message(1).claimed();
    byte[] canonical = envelope.canonical().toArray();
    byte[] other =
        new FieldWriter("weft/v1/other")
            .bytes(Arrays.copyOfRange(canonical, 20, canonical.length))
            .toArray();
    assertThat(reason(begun.judge(new SignedEnvelope(envelope, KEY.sign(other)))))
        .isEqualTo(Reason.WRONG_SIGNATURE);
  }

  private static SignedEnvelope message(long sequence) {
    return envelope(0, 0, "accept", sequence, 3).signedBy(KEY);
  }

  private static Envelope envelope(long round, int attempt, String kind, long sequence, int bytes) {
    return new Envelope(
        FEDERATION,
        "run-1",
        round,
        attempt,
        kind,
        NODE,
        SESSION,
        sequence,
        Bytes.of(new byte[bytes]));
  }

  private static Envelope run(String run) {
    return new Envelope(FEDERATION, run, 0, 0, "offer", NODE, SESSION, 1, Bytes.of(new byte[0]));
  }

  private static Envelope in(FederationId federation, NodeId node, SessionId session) {
    return new Envelope(
        federation, "run-1", 0, 0, "accept", node, session, 1, Bytes.of(new byte[3]));
  }

  private static ReplayGuard accepted(Verdict verdict) {
    return ((Verdict.Accepted) verdict).next();
  }

  private static Reason reason(Verdict verdict) {
    return ((Verdict.Refused) verdict).reason();
  }

  private static String lp(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().toHexDigits(bytes.length) + HexFormat.of().formatHex(bytes);
  }

  private static void refused(byte[] bytes, String why) {
    assertThatThrownBy(() -> SignedEnvelope.decode(bytes))
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.MESSAGE_REFUSED))
        .hasMessageContaining(why);
  }
}
