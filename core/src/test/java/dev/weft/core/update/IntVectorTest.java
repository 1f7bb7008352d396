package dev.weft.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weft.core.error.WeftException;
import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class IntVectorTest {

  @Property
  void decodeIsTheInverseOfEncode(@ForAll int[] values) {
    IntVector vector = IntVector.of(values);
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * values.length);
    vector.encode(bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    bytes.flip();
    assertThat(IntVector.decode(bytes)).isEqualTo(vector);
    assertThat(bytes.hasRemaining()).isFalse();
  }

  @Test
  void integersAreLittleEndian() {
    assertThat(IntVector.decode(ByteBuffer.wrap(new byte[] {1, 2, 0, 0, -1, -1, -1, -1})))
        .isEqualTo(IntVector.of(0x0201, -1));
  }

  @Test
  void bytesThatEndWithinAnIntegerAreRefused() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> IntVector.decode(ByteBuffer.allocate(7)))
        .withMessage("update of 7 bytes ends within an integer; send all of it");
  }

  @Test
  void laterWritesToTheSourceDoNotShow() {
    int[] values = {1};
    IntVector vector = IntVector.of(values);
    values[0] = 2;
    assertThat(vector.at(0)).isEqualTo(1);
  }

  @Test
  void aClientUpdateNeedsANameARankAndExamples() {
    IntVector values = IntVector.of(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClientUpdate(" ", 1, 1, values))
        .withMessageStartingWith("client:");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClientUpdate("a", 0, 1, values))
        .withMessageStartingWith("rank:");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClientUpdate("a", 1, 0, values))
        .withMessageStartingWith("examples:");
  }
}
