package dev.weft.privacy.secagg.primitive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MasksTest {
  private static final String SEED =
      "2a3be2c4421d98f5ec78c8c7d510a5c804604877431691e29f60b903e9541bdb";

  /** {@code head -c 64 /dev/zero | openssl enc -aes-256-ctr -K SEED -iv COUNTER}. */
  @ParameterizedTest
  @CsvSource({
    "0,0,3715f9c84f5c660a2e05308937c4ba975c7c40d57ad23d6ea694918fb186d0a6562bee3be71c821dac8a855c88769b2630b03632e27e7979159bda433120a822",
    "1,0,7b68dee996b899757c7c4bed6772f2f92c8e5eafc529fbad882550d18173606d31aa9752268b4cde7f4df69fc0b881006c7798e24ec2997dde7d0d10bf1d2e4f",
    "-2,64,e3efd1ca2b3c9686e3b0acefe13cfb1a5fc4cdc21eaf2c87b1978008d0fa0261bd9d4d24da156bdf7e147264afe37cea293a651f0158287f132ad3d0748c5683"
  })
  void aesMasksAreThoseOfOpenssl(int chunk, int from, String stream) {
    byte[] out = new byte[64];
    Suites.FS1.masks().generate(Secret.owning(HexFormat.of().parseHex(SEED)), chunk, from, out, 64);
    assertThat(HexFormat.of().formatHex(out)).isEqualTo(stream);
  }

  /** Any part of a chunk is that part of the whole, whatever was generated before. */
  @Property(tries = 100)
  void aStreamIsReadFromAnywhere(@ForAll Random random) {
    for (Suite suite : Suites.all()) {
      MaskGenerator generator = suite.masks();
      byte[] whole = new byte[1 << 14];
      Secret seed = Secret.owning(HexFormat.of().parseHex(SEED));
      int chunk = random.nextInt();
      suite.masks().generate(seed, chunk, 0, whole, whole.length);
      for (int i = 0; i < 4; i++) {
        int from = random.nextInt(whole.length / 64) * 64;
        int length = 1 + random.nextInt(whole.length - from);
        byte[] part = new byte[length + 3];
        generator.generate(seed, chunk, from, part, length);
        assertThat(Arrays.copyOf(part, length))
            .isEqualTo(Arrays.copyOfRange(whole, from, from + length));
        assertThat(Arrays.copyOfRange(part, length, length + 3)).containsOnly(0);
      }
    }
  }
}
