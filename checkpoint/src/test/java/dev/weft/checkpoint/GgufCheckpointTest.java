package dev.weft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufCheckpointTest {
  /** Written by gguf-py 0.19. */
  private static final Path REFERENCE = Fixtures.path("/golden/fixtures/tiny.gguf");

  @TempDir Path folder;

  @Test
  void aFileOfTheReferenceWriterIsRead() {
    GgufCheckpoint file = GgufCheckpoint.open(REFERENCE);

    assertThat(file.metadata().text("general.architecture")).contains("llama");
    assertThat(file.metadata().integer("llama.embedding_length")).hasValue(256);
    assertThat(file.metadata().number("llama.attention.layer_norm_rms_epsilon")).hasValue(1e-5f);
    assertThat(file.metadata().number("llama.block_count")).hasValue(1);
    assertThat(file.metadata().text("general.name")).isEmpty();
    assertThat(file.names()).hasSize(13).startsWith("t.F32", "t.F16", "t.BF16", "t.Q4_0");
    assertThat(file.tensor("t.Q4_0", 32, 256).type()).isEqualTo(ElementType.Q4_0);
    assertThat(file.tensor("t.Q6_K", 2, 256).type()).isEqualTo(ElementType.Q6_K);
    Fixtures.readAll(file);
  }

  /** The float32 and the bfloat16 array of the file hold the same numbers, the one in 32 bits. */
  @Test
  void arraysLieWhereTheFileSays() {
    GgufCheckpoint file = GgufCheckpoint.open(REFERENCE);
    ByteBuffer exact = file.tensor("t.F32", 32, 256).bytes();
    ByteBuffer upper = file.tensor("t.BF16", 32, 256).bytes();

    while (exact.hasRemaining()) {
      float value = exact.getFloat();
      float rounded = Float.intBitsToFloat(upper.getShort() << 16);
      assertThat(rounded).isBetween(value - Math.abs(value) / 128, value + Math.abs(value) / 128);
    }
  }

  @Test
  void anAccessorRefusesAValueOfAnotherType() {
    GgufMetadata metadata = GgufCheckpoint.open(REFERENCE).metadata();

    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> metadata.integer("general.architecture"))
        .withMessageContaining("metadata general.architecture is not a whole number");
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> metadata.texts("llama.block_count"))
        .withMessageContaining("metadata llama.block_count is not a list");
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("text", "grün");
    metadata.put("flag", true);
    metadata.put("small", -1);
    metadata.put("large", Long.MAX_VALUE);
    metadata.put("single", 0.1f);
    metadata.put("double", 0.1);
    metadata.put("texts", List.of("", "a", "ö"));
    metadata.put("floats", List.of(1f, -2.5f));
    metadata.put("numbers", List.of(3, -4));
    metadata.put("flags", List.of(true, false));
    Path file = folder.resolve("x.gguf");
    RawTensor matrix = Fixtures.counting("matrix", 0, 3, 5);
    RawTensor vector = Fixtures.counting("vector", 100, 7);
    GgufWriter.write(file, metadata, List.of(matrix, vector));

    GgufCheckpoint read = GgufCheckpoint.open(file);

    GgufMetadata values = read.metadata();
    assertThat(values.values().keySet()).containsExactlyElementsOf(metadata.keySet());
    assertThat(values.text("text")).contains("grün");
    assertThat(values.flag("flag")).contains(true);
    assertThat(values.integer("small")).hasValue(0xFFFF_FFFFL);
    assertThat(values.integer("large")).hasValue(Long.MAX_VALUE);
    assertThat(values.number("single")).hasValue(0.1f);
    assertThat(values.number("double")).hasValue(0.1);
    assertThat(values.texts("texts")).containsExactly("", "a", "ö");
    assertThat(values.floats("floats")).containsExactly(1f, -2.5f);
    assertThat(values.integers("numbers")).containsExactly(3, -4);
    assertThat(values.values()).containsEntry("flags", List.of(true, false));
    assertThat(Fixtures.bytes(read.tensor("matrix", 3, 5))).isEqualTo(Fixtures.bytes(matrix));
    assertThat(Fixtures.bytes(read.tensor("vector", 7))).isEqualTo(Fixtures.bytes(vector));
    assertThat(Files.size(file) % 32).isZero();
  }

  @Property(tries = 100)
  void arraysOfAnyShapeSurviveTheFile(
      @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 1, max = 6) Integer> shape,
      @ForAll("types") ElementType type,
      @ForAll @IntRange(max = 3) int before)
      throws IOException {
    List<Integer> blocks = new ArrayList<>(shape);
    blocks.set(shape.size() - 1, shape.get(shape.size() - 1) * type.blockValues());
    byte[] content = new byte[(int) type.bytes(blocks)];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (31 * i + before);
    }
    List<RawTensor> tensors = new ArrayList<>();
    for (int i = 0; i < before; i++) {
      tensors.add(Fixtures.counting("before" + i, i, i + 1));
    }
    tensors.add(new RawTensor("it", type, blocks, ByteBuffer.wrap(content)));
    Path file = Files.createTempFile("weft", ".gguf");
    try {
      GgufWriter.write(file, Map.of(), tensors);

      RawTensor read = GgufCheckpoint.open(file).find("it").orElseThrow();

      assertThat(read.type()).isEqualTo(type);
      assertThat(read.shape()).isEqualTo(blocks);
      assertThat(Fixtures.bytes(read)).isEqualTo(content);
    } finally {
      Files.delete(file);
    }
  }

  @Provide
  Arbitrary<ElementType> types() {
    return Arbitraries.of(
        ElementType.F32, ElementType.F16, ElementType.Q4_0, ElementType.Q6_K, ElementType.MXFP4);
  }

  @Test
  void versionsThatDifferAreRefusedByName() throws IOException {
    byte[] bytes = Fixtures.bytes(REFERENCE);

    refused(withInt(bytes, 4, 1), "is a GGUF file of version 1, Weft reads 2 and 3");
    refused(withInt(bytes, 4, Integer.reverseBytes(3)), "is a big-endian GGUF file");
    refused(withInt(bytes, 0, 0x67676D6C), "does not start with GGUF");
  }

  @Test
  void versionTwoIsReadLikeThree() throws IOException {
    Path file = folder.resolve("two.gguf");
    Files.write(file, withInt(Fixtures.bytes(REFERENCE), 4, 2));

    assertThat(GgufCheckpoint.open(file).names()).isEqualTo(GgufCheckpoint.open(REFERENCE).names());
  }

  private void refused(byte[] bytes, String sentence) throws IOException {
    Path file = folder.resolve("x.gguf");
    Files.write(file, bytes);
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> GgufCheckpoint.open(file))
        .withMessageStartingWith(file + ": " + sentence);
  }

  private static byte[] withInt(byte[] bytes, int position, int value) {
    byte[] changed = bytes.clone();
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(position, value);
    return changed;
  }
}
