package dev.weft.core.random;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.Digest;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SeedTest {

  @Test
  void differentPathsGiveDifferentSeeds() {
    Set<Seed> seeds = new HashSet<>();
    for (int client = 0; client < 50; client++) {
      for (int round = 0; round < 50; round++) {
        seeds.add(new Seed(7).of("shuffle", client, round));
      }
    }
    assertThat(seeds).hasSize(2500);
  }

  @Test
  void stepsAreFramedSoThatNeighbouringTextsDoNotRunTogether() {
    Seed seed = new Seed(7);
    assertThat(seed.of("ab", "c")).isNotEqualTo(seed.of("a", "bc"));
    assertThat(seed.of("a").of("b")).isNotEqualTo(seed.of("a", "b"));
    assertThat(seed.of()).isNotEqualTo(seed);
    assertThat(new Seed(71).of("1")).isNotEqualTo(new Seed(7).of("11"));
  }

  @Property
  void aPathIsAPureFunctionOfItsSteps(@ForAll long value, @ForAll String step, @ForAll int number) {
    assertThat(new Seed(value).of(step, number)).isEqualTo(new Seed(value).of(step, "" + number));
  }

  /** The first 64 bits of SHA-256 over the framed value and steps, so that anyone can redo it. */
  @Test
  void theSeedOfAPathIsTheHeadOfItsDigest() {
    String digest = Digest.builder().add("7").add("init").build().hex();
    assertThat(new Seed(7).of("init").value())
        .isEqualTo(Long.parseUnsignedLong(digest.substring(0, 16), 16));
  }

  /**
   * If two paths drew related numbers, their bits would agree more or less often than half the
   * time. By Hoeffding's inequality the bound fails for independent bits with probability 1e-9.
   */
  @Test
  void pathsDrawIndependentBits() {
    SeededRandom left = new Seed(7).of("client", 1).random();
    SeededRandom right = new Seed(7).of("client", 2).random();
    int words = 20_000;
    long differing = 0;
    for (int i = 0; i < words; i++) {
      differing += Integer.bitCount(left.nextInt() ^ right.nextInt());
    }
    double bits = 32.0 * words;
    double bound = Math.sqrt(Math.log(2 / 1e-9) / (2 * bits));
    assertThat(differing / bits - 0.5).isBetween(-bound, bound);
  }
}
