package dev.weft.privacy.secagg.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.Digest;
import dev.weft.core.update.RingVector;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.FederationId;
import dev.weft.privacy.keys.FieldWriter;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.Context;
import dev.weft.privacy.secagg.Sha256;
import dev.weft.privacy.secagg.Terms;
import dev.weft.privacy.secagg.graph.Neighbours;
import dev.weft.privacy.secagg.graph.Threat;
import dev.weft.privacy.secagg.mask.Mask;
import dev.weft.privacy.secagg.mask.MaskedSum;
import dev.weft.privacy.secagg.message.Advertisement;
import dev.weft.privacy.secagg.message.Roster;
import dev.weft.privacy.secagg.primitive.Secret;
import dev.weft.privacy.secagg.primitive.Suite;
import dev.weft.privacy.secagg.primitive.Suites;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The known-answer test of privacy.md 1.3, byte for byte. */
class KnownAnswerTest {
  private static final Suite SUITE = Suites.FS1_CHACHA20;
  private static final HexFormat HEX = HexFormat.of();
  private static final Bytes CONTEXT =
      new Context(
              new FederationId("demo-federation"),
              "run-1",
              7,
              0,
              new Digest("11".repeat(32)),
              new Digest("22".repeat(32)),
              new Digest("33".repeat(32)))
          .digest();
  private static final Terms TERMS =
      new Terms(
          SUITE.name(),
          Threat.DEFAULT,
          new Neighbours.Full(),
          2,
          true,
          32,
          1000,
          new Digest("44".repeat(32)));

  private static Roster roster() {
    List<Roster.Entry> entries = new ArrayList<>();
    for (int i = 1; i <= 2; i++) {
      entries.add(
          new Roster.Entry(
              all(0x60 + i),
              new Advertisement(
                  CONTEXT,
                  new NodeId("site-" + i),
                  SUITE.publicKey(secret(0x50 + i)),
                  SUITE.publicKey(secret(0x40 + i)),
                  Bytes.of(new byte[0]),
                  all(0x70 + i),
                  Bytes.of(new byte[64]))));
    }
    return new Roster(CONTEXT, 2, 2, entries);
  }

  @Test
  void contextKeysRosterAndSessionAreThoseOfTheReference() {
    assertThat(hex(CONTEXT))
        .isEqualTo("e35f1d2c68e6576ee20766516ed4ebe1e7a2e06e94ffd5188cd12dace01d1e7b");
    Roster roster = roster();
    assertThat(hex(roster.entry(1).advertisement().maskKey()))
        .isEqualTo("7a1a4e709bf085ac494aba0469b9b1eda0ab1f78b16aabb79ffeda90623e8522");
    assertThat(hex(roster.entry(2).advertisement().maskKey()))
        .isEqualTo("132c442be010fbd57e72603328aa76e71fccc1503aae219327d14d9c9993f472");
    assertThat(hex(roster.digest()))
        .isEqualTo("e3020b04e1d38c7c3932b44494a0a2f5417dd3636211ff53fda117c520b19a1b");
    assertThat(hex(Session.id(roster, roster.digest(), 32, 1000)))
        .isEqualTo("eca921cbd0fd77167495b4685322aec33c6152692e462bea28c778d1e70ebc92");
  }

  @Test
  void seedsAndMasksAreThoseOfTheReference() {
    Secret shared = SUITE.agree(secret(0x41), SUITE.publicKey(secret(0x42))).orElseThrow();
    assertThat(HEX.formatHex(shared.bytes()))
        .isEqualTo("ce22dd271d55b5ae6c91b2a901b0148821a3e9fefc3aabb8e6d725428f91027b");
    byte[] session =
        HEX.parseHex("eca921cbd0fd77167495b4685322aec33c6152692e462bea28c778d1e70ebc92");
    Secret pair =
        SUITE.derive(
            shared.bytes(),
            session,
            new FieldWriter("secagg/v1/pairmask").count(1).count(2).toArray());
    assertThat(HEX.formatHex(pair.bytes()))
        .isEqualTo("2a3be2c4421d98f5ec78c8c7d510a5c804604877431691e29f60b903e9541bdb");
    Secret own =
        SUITE.derive(
            secret(0x81).bytes(),
            session,
            new FieldWriter("secagg/v1/selfmask").count(1).toArray());
    assertThat(HEX.formatHex(own.bytes()))
        .isEqualTo("4d193b0e89844e14a905d8a4fbba0bde4dbf1d20ab0fa8f9b72f9beaa444acb0");
    assertThat(words(pair, 0)).isEqualTo("00338ec3 ab858445 6f84c95d 26d97e01");
    assertThat(words(pair, 1)).isEqualTo("60490a9d 404a1e4c 807e615b b74fb3c1");
    assertThat(words(own, 0)).isEqualTo("bfcf2dec 34d9cea6 89331765 10e31582");
    RingVector masked =
        new MaskedSum(
                List.of(RingVector.of(32, 1, -1, 65536, -65536)),
                List.of(new Mask(own, false), new Mask(pair, false)),
                SUITE)
            .range(0, 4);
    assertThat(masked).isEqualTo(RingVector.of(32, 0xc002bcb0, 0xe05f52ea, 0xf8b8e0c2, 0x37bb9383));
  }

  /** What a session works out for itself is what the reference's formulas say step by step. */
  @Test
  void aSessionDerivesTheSame() {
    Session session = Session.of(SUITE, TERMS, roster());
    Secret b = secret(0x81);
    byte[] info = new FieldWriter("secagg/v1/selfmask").count(1).toArray();
    assertThat(session.ownMask(b, 1).seed().bytes())
        .isEqualTo(SUITE.derive(b.bytes(), session.id().toArray(), info).bytes());
    assertThat(session.ownMask(b, 1).negative()).isFalse();
    assertThat(session.commitment(b, 1))
        .isEqualTo(
            Sha256.of(
                new FieldWriter("secagg/v1/bcommit")
                    .fixed(session.id())
                    .count(1)
                    .fixed(b.bytes())));
    byte[] agreed = SUITE.agree(secret(0x51), SUITE.publicKey(secret(0x52))).orElseThrow().bytes();
    assertThat(session.shareKey(agreed, 1, 2, Optional.empty()).bytes())
        .isEqualTo(
            SUITE
                .derive(
                    agreed,
                    session.id().toArray(),
                    new FieldWriter("secagg/v1/share").count(1).count(2).toArray())
                .bytes());
    assertThat(session.about(1, 2))
        .isEqualTo(HEX.parseHex(hex(session.id()) + "00000001" + "00000002"));
  }

  private static String words(Secret seed, int chunk) {
    byte[] stream = new byte[64];
    SUITE.masks().generate(seed, chunk, 0, stream, stream.length);
    ByteBuffer words = ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN);
    List<String> hex = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      hex.add(HEX.toHexDigits(words.getInt()));
    }
    return String.join(" ", hex);
  }

  private static Secret secret(int filled) {
    return Secret.owning(all(filled).toArray());
  }

  private static Bytes all(int filled) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) filled);
    return Bytes.of(bytes);
  }

  private static String hex(Bytes bytes) {
    return HEX.formatHex(bytes.toArray());
  }
}
