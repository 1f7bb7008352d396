package dev.weft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DigestTest {

  /** FIPS 180-2, appendix B.1. */
  @Test
  void theDigestOfBytesIsTheirSha256() throws IOException {
    byte[] bytes = "abc".getBytes(StandardCharsets.US_ASCII);
    Digest digest = Digest.of(bytes);
    assertThat(Digest.of(new ByteArrayInputStream(bytes))).isEqualTo(digest);
    assertThat(digest)
        .hasToString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(digest.brief()).isEqualTo("ba7816bf8f01");
  }

  @Test
  void theFrameOfAnElementIsItsLengthInEightBigEndianBytes() {
    byte[] framed = {0, 0, 0, 0, 0, 0, 0, 2, 'a', 'b', 0, 0, 0, 0, 0, 0, 0, 1, 'c'};
    assertThat(Digest.builder().add("ab").add("c").build()).isEqualTo(Digest.of(framed));
  }

  @Property
  void movingABoundaryChangesTheDigest(@ForAll String left, @ForAll char moved) {
    Digest first = Digest.builder().add(left + moved).add("right").build();
    Digest second = Digest.builder().add(left).add(moved + "right").build();
    assertThat(first).isNotEqualTo(second);
  }

  @Test
  void anEmptyElementCounts() {
    assertThat(Digest.builder().add("").build()).isNotEqualTo(Digest.builder().build());
  }

  @Test
  void onlySixtyFourLowerCaseDigitsAreADigest() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Digest("ABC"))
        .withMessage("digest: 64 lower-case hexadecimal digits needed, got \"ABC\"");
  }
}
