package dev.weft.privacy.secagg.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.update.RingVector;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.message.Advertisement;
import dev.weft.privacy.secagg.message.KeyShares;
import dev.weft.privacy.secagg.message.MaskedInput;
import dev.weft.privacy.secagg.message.SiteMessage;
import dev.weft.privacy.secagg.message.SurvivorsSignature;
import dev.weft.privacy.secagg.message.UnmaskRequest;
import dev.weft.privacy.secagg.message.UnmaskShares;
import dev.weft.privacy.secagg.primitive.Kem;
import dev.weft.privacy.secagg.primitive.MaskGenerator;
import dev.weft.privacy.secagg.primitive.Secret;
import dev.weft.privacy.secagg.primitive.Suite;
import dev.weft.privacy.secagg.primitive.Suites;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What privacy.md F7 found in another implementation. Unsigned keys are in {@link SiteChecksTest},
 * sites lost before they shared in {@link DropoutsTest}.
 */
class WeaknessesTest {

  /** There, seeds were folded to 32 bits: every bit of a seed counts, in its own way. */
  @ParameterizedTest
  @ValueSource(strings = {"FS1", "FS1-CHACHA20", "FS1-PQ"})
  void everyBitOfASeedMakesAnotherMask(String name) {
    Suite suite =
        Suites.all().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    Set<Bytes> streams = new HashSet<>();
    for (int bit = -1; bit < 256; bit++) {
      byte[] seed = new byte[32];
      if (bit >= 0) {
        seed[bit / 8] ^= (byte) (1 << bit % 8);
      }
      byte[] stream = new byte[64];
      suite.masks().generate(Secret.owning(seed), 0, 0, stream, 64);
      streams.add(Bytes.of(Arrays.copyOf(stream, 16)));
      streams.add(Bytes.of(Arrays.copyOfRange(stream, 48, 64)));
    }
    assertThat(streams).hasSize(2 * 257);
  }

  /** And derived seeds depend on every bit of what they are derived from. */
  @Test
  void everyBitOfASecretMakesAnotherSeed() {
    Set<Bytes> seeds = new HashSet<>();
    for (int bit = -1; bit < 256; bit++) {
      byte[] secret = new byte[32];
      if (bit >= 0) {
        secret[bit / 8] ^= (byte) (1 << bit % 8);
      }
      seeds.add(Bytes.of(Suites.FS1.derive(secret, new byte[32], new byte[1]).bytes()));
    }
    assertThat(seeds).hasSize(257);
  }

  /**
   * There, a request named active and dead sites in two lists that could overlap: here a request
   * names nobody, and an answer holds each site once.
   */
  @Test
  void noRequestCanAskForBothSecretsOfASite() {
    assertThat(names(UnmaskRequest.class)).containsExactly("session", "signatures");
    assertThat(names(UnmaskRequest.Signed.class)).containsExactly("by", "signature");
    UnmaskShares.Revealed own =
        new UnmaskShares.Revealed(1, UnmaskShares.Kind.OWN_MASK, Bytes.of(new byte[40]));
    UnmaskShares.Revealed pairs =
        new UnmaskShares.Revealed(1, UnmaskShares.Kind.PAIR_MASKS, Bytes.of(new byte[40]));
    assertThatThrownBy(
            () ->
                new UnmaskShares(
                    Bytes.of(new byte[32]), 2, List.of(own, pairs), Bytes.of(new byte[64])))
        .hasMessageContaining("must ascend");
  }

  /**
   * There, numbers of examples and losses went in clear: nothing beside the masks says anything.
   */
  @Test
  void messagesOfSitesHoldNothingOfAnUpdate() {
    Map<Class<?>, List<String>> fields = new HashMap<>();
    for (Class<?> kind : SiteMessage.class.getPermittedSubclasses()) {
      fields.put(kind, names(kind));
    }
    assertThat(fields)
        .isEqualTo(
            Map.of(
                Advertisement.class,
                List.of("context", "node", "shareKey", "maskKey", "kemKeys", "nonce", "signature"),
                KeyShares.class,
                List.of("session", "from", "shares", "commitment", "signature"),
                MaskedInput.class,
                List.of("session", "from", "partners", "bits", "values", "digest", "signature"),
                SurvivorsSignature.class,
                List.of("session", "from", "signature"),
                UnmaskShares.class,
                List.of("session", "from", "shares", "signature")));
  }

  private static List<String> names(Class<?> kind) {
    return Stream.of(kind.getRecordComponents()).map(RecordComponent::getName).toList();
  }

  /** The weight is one of the masked integers: equal vectors are sent as different ones. */
  @Test
  void everyIntegerOfAVectorIsMasked() {
    Cast cast = Cast.of(Suites.FS1, Cast.terms(Suites.FS1, 3, 48, 50), 5, 1);
    cast.vectors.replaceAll((site, vector) -> RingVector.of(48, new long[50]));
    Play play = Play.of(cast, Line.HONEST);
    assertThat(play.sum()).contains(RingVector.of(48, new long[50]));
    Set<Long> seen = new HashSet<>();
    play.sent
        .values()
        .forEach(
            vector -> {
              for (int i = 0; i < 50; i++) {
                assertThat(seen.add(vector.at(i))).isTrue();
              }
            });
    assertThat(seen).doesNotContain(0L);
  }

  /**
   * A block of keystream is named by seed, chunk and place in it; those of different sessions have
   * no seed in common, even if sites drew the same secrets for both.
   */
  @Test
  void noTwoSessionsShareAKeystreamBlock() {
    Set<Bytes> before = new HashSet<>();
    for (int attempt = 0; attempt < 6; attempt++) {
      Map<Bytes, Integer> uses = new HashMap<>();
      Suite recording = new Recording(Suites.FS1, uses);
      // Every other pair of sessions has the very same secrets.
      Cast cast = Cast.of(recording, Cast.terms(recording, 3, 32, 3), 5, attempt / 2);
      Line lost =
          new Line() {
            @Override
            public List<byte[]> toCoordinator(NodeId from, SiteMessage message) {
              return from.equals(Cast.node(4)) && message instanceof MaskedInput
                  ? List.of()
                  : List.of(message.encode());
            }
          };
      Play play = Play.of(cast, lost, attempt);
      assertThat(play.sum()).isPresent();
      // Five own masks, of which four are taken off again; ten pairs, each masked by both, of which
      // four are taken off again.
      assertThat(uses).hasSize(5 + 10);
      assertThat(uses.values().stream().mapToInt(Integer::intValue).sum())
          .isEqualTo(5 + 4 + 20 + 4);
      uses.keySet().forEach(seed -> assertThat(before.add(seed)).isTrue());
    }
  }

  /** Counts for which seeds masks are made; others' keystream, of coefficients, is not counted. */
  private record Recording(Suite suite, Map<Bytes, Integer> uses) implements Suite {
    @Override
    public String name() {
      return suite.name();
    }

    @Override
    public Bytes publicKey(Secret own) {
      return suite.publicKey(own);
    }

    @Override
    public Optional<Secret> agree(Secret own, Bytes other) {
      return suite.agree(own, other);
    }

    @Override
    public Secret derive(byte[] material, byte[] salt, byte[] info) {
      return suite.derive(material, salt, info);
    }

    @Override
    public byte[] seal(Secret key, byte[] about, byte[] text) {
      return suite.seal(key, about, text);
    }

    @Override
    public Optional<byte[]> open(Secret key, byte[] about, byte[] box) {
      return suite.open(key, about, box);
    }

    @Override
    public MaskGenerator masks() {
      MaskGenerator generator = suite.masks();
      return (seed, chunk, from, out, length) -> {
        if (length == 3 * Integer.BYTES) {
          uses.merge(Bytes.of(seed.bytes()), 1, Integer::sum);
        }
        generator.generate(seed, chunk, from, out, length);
      };
    }

    @Override
    public Optional<Kem> kem() {
      return suite.kem();
    }
  }
}
