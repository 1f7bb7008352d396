package dev.weft.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.Text;
import dev.weft.core.artifact.Written;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  private static final TensorMap EXAMPLE =
      TensorMap.of(
          ordered(
              Map.entry("z", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3)),
              Map.entry("empty", Tensor.zeros(0, 4)),
              Map.entry("a \"quoted\" ü", Tensor.of(new float[] {Float.NaN}, 1)),
              Map.entry("scalar", Tensor.of(new float[] {-0f}))));

  @TempDir private Path folder;

  @Test
  void aFileAssembledByHandFromTheFormatsDescriptionIsRead() {
    byte[] file =
        file(
            "{\"__metadata__\":{\"format\":\"pt\"}, \"b\":{\"dtype\":\"F32\",\"shape\":[1,2],"
                + "\"data_offsets\":[4,12]},\n\"\\u0061\":{\"data_offsets\":[0,4],\"shape\":[1],"
                + "\"dtype\":\"F32\"}}   ",
            12);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putFloat(file.length - 12, 1.5f);
    TensorMap tensors = decoded(file);
    assertThat(tensors.names()).containsExactly("a", "b");
    assertThat(tensors.get("a")).isEqualTo(Tensor.of(new float[] {1.5f}, 1));
    assertThat(tensors.get("b")).isEqualTo(Tensor.zeros(1, 2));
  }

  @Test
  void theHeaderIsPlainJsonAndDataStartsAtAMultipleOfEight() {
    byte[] file =
        encoded(TensorMap.of(Map.of("w", Tensor.of(new float[] {1}, 1))), Map.of("k", "v\n"));
    String header =
        "{\"__metadata__\":{\"k\":\"v\\n\"},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0, 4]}}";
    String padded = header + " ".repeat((8 - header.length() % 8) % 8);
    byte[] expected = file(padded, 4);
    ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN).putFloat(expected.length - 4, 1);
    assertThat(file).isEqualTo(expected);
  }

  @Property
  void decodeIsTheInverseOfEncode(
      @ForAll("names") List<String> names, @ForAll @IntRange(max = 5) int rows) {
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    names.forEach(name -> tensors.put(name, Tensor.of(new float[rows * 3], rows, 3)));
    TensorMap map = TensorMap.of(tensors);
    TensorMap decoded = decoded(encoded(map, Map.of("n", "m")));
    assertThat(decoded).isEqualTo(map);
  }

  @Test
  void valuesNamesAndOrderSurviveAFile() throws IOException {
    Path file = folder.resolve("adapter_model.safetensors");
    Files.write(file, encoded(EXAMPLE, Map.of()));
    assertThat(Safetensors.read(file)).isEqualTo(EXAMPLE);
  }

  @Test
  void whatAFileSaysAboutItsTensorsIsReadWithoutThem() throws IOException {
    Path file = folder.resolve("adapter_model.safetensors");
    Files.write(file, encoded(EXAMPLE, Map.of("pooling", "mean")));
    assertThat(Safetensors.metadata(file)).containsExactly(Map.entry("pooling", "mean"));

    Files.write(file, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> Safetensors.metadata(file))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("is too short for a header");
  }

  /**
   * Every binary16 number, as its definition has it: sign, exponent 2^(e - 15), fraction of 10
   * bits.
   */
  @Test
  void halfNumbersBecomeFloat32Exactly() {
    float[] values = sixteenBits("F16");
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = bits >> 10 & 0x1F;
      int fraction = bits & 0x3FF;
      double magnitude =
          exponent == 0x1F
              ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
              : exponent == 0
                  ? Math.scalb((double) fraction, -24)
                  : Math.scalb((double) (fraction + 0x400), exponent - 25);
      Double expected = bits < 1 << 15 ? magnitude : -magnitude;
      assertThat((double) values[bits]).isEqualTo(expected);
    }
  }

  @Test
  void bfloatNumbersAreTheUpperHalfOfFloat32() {
    float[] values = sixteenBits("BF16");
    for (int bits = 0; bits < 1 << 16; bits++) {
      assertThat(Float.floatToRawIntBits(values[bits])).isEqualTo(bits << 16);
    }
  }

  /** What a file says that holds all numbers of 16 bits, after a number that shifts them. */
  private static float[] sixteenBits(String type) {
    byte[] content =
        file(
            Text.format(
                "{\"a\":{\"dtype\":\"%1$s\",\"shape\":[1],\"data_offsets\":[0,2]},"
                    + "\"b\":{\"dtype\":\"%1$s\",\"shape\":[65536],\"data_offsets\":[2,131074]}}",
                type),
            131074);
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits = 0; bits < 1 << 16; bits++) {
      bytes.putShort(content.length - 131072 + 2 * bits, (short) bits);
    }
    return decoded(content).get("b").toArray();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{} ~ 4 ~ holds 4 bytes after its last tensor",
        "[] ~ 0 ~ has a header that has an unexpected '[' at character 1",
        "{}x ~ 0 ~ has a header that has an unexpected 'x' at character 3",
        "{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}} ~ 8 ~ holds a as F64",
        "{\"a\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,4]}} ~ 4 ~ gives a bytes 0"
            + " to 4, which contradicts its shape [1]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} ~ 4 ~ gives a bytes 0"
            + " to 4, which contradicts its shape [2]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} ~ 4 ~ places a at bytes"
            + " 0 to 8 of 4",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} ~ 8 ~ places a at bytes"
            + " 4 to 8 of 8",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} ~ 4 ~ places b at"
            + " bytes 0 to 4 of 4",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}} ~ 4 ~ places a",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[65536,65536,65536,65536],\"data_offsets\":[0,0]}} ~"
            + " 0 ~ gives a bytes 0 to 0, which contradicts its shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647],"
            + "\"data_offsets\":[0,4]}} ~ 4 ~ gives a bytes 0 to 4, which contradicts its shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967297],\"data_offsets\":[0,4]}} ~ 4 ~ has a"
            + " header that gives a the shape [4294967297]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}} ~ 4 ~ has a header that"
            + " has an unexpected '-'",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}} ~ 4 ~ has a header that"
            + " has an unexpected '.'",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,99999999999999999999]}} ~ 4 ~"
            + " has a header that holds a number of 20 digits",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]}} ~ 4 ~ has"
            + " a header that lists more than 8 numbers",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}} ~ 4 ~ has a header that does not give a dtype,"
            + " shape and two data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}} ~ 4 ~ has a header that"
            + " does not give a dtype, shape and two data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}} ~ 0 ~ has a header"
            + " that names a twice",
        "{\"__metadata__\":{},\"__metadata__\":{}} ~ 0 ~ has a header that names __metadata__"
            + " twice",
        "{\"\":{} ~ 0 ~ has a header that leaves a tensor without a name",
        "{\"\\u001b[2J\":{} ~ 0 ~ has a header that holds a name that is no plain text",
        "{\u001b1 ~ 0 ~ has a header that has an unexpected '\\u001b' at character 2",
        "{\"a ~ 0 ~ has a header that ends too early",
        "{\"\\q\":1} ~ 0 ~ has a header that holds the unknown escape \\q",
        "{\"a\":{\"strides\":[1]}} ~ 0 ~ has a header that gives a the unknown field strides",
      })
  void aMalformedFileIsRefusedInOneSentence(String header, int dataLength, String what) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> decoded(file(header, dataLength)))
        .matches(error -> error.problem() == Problem.BAD_CHECKPOINT)
        .withMessageStartingWith("x: " + what)
        .withMessageEndingWith(
            "; a complete safetensors file of F32, F16 or BF16 tensors is needed");
  }

  @ParameterizedTest
  @CsvSource({"-1", "1", "17", "9223372036854775807", "16777217"})
  void anAnnouncedHeaderThatCannotBeThereIsRefusedBeforeItIsRead(long announced) {
    byte[] content = new byte[24];
    ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putLong(announced);
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> decoded(content))
        .withMessageStartingWith(Text.format("x: announces a header of %d bytes", announced));
  }

  @ParameterizedTest
  @CsvSource({"[", "{\"a\":{\"shape\":[", "{\"a\":", "{\"a\":{\"shape\":[1", "\"\\\\"})
  void deepOrEndlessHeadersEndInASentenceNotInAnOverflow(String piece) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> decoded(file(piece.repeat(500_000), 0)))
        .withMessageContaining("has a header that");
  }

  @Test
  void aHeaderOfBrokenUtf8AndAFileOfNothingAreRefused() {
    byte[] broken = file("{\"a\":1}", 0);
    broken[10] = (byte) 0xff;
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> decoded(broken))
        .withMessageStartingWith("x: has a header that is not UTF-8 text");
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> decoded(new byte[0]))
        .withMessageStartingWith("x: is too short for a header");
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> Safetensors.read(folder.resolve("none")))
        .matches(error -> error.problem() == Problem.MISSING_FILE);
  }

  @Test
  void aTensorCannotTakeTheMetadatasName() {
    TensorMap tensors = TensorMap.of(Map.of("__metadata__", Tensor.zeros(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoded(tensors, Map.of()))
        .withMessage("a tensor cannot be called __metadata__");
  }

  @Property(tries = 3000)
  void whateverBytesAreChangedAFileIsReadOrRefusedInASentence(
      @ForAll @IntRange(max = 500) int position,
      @ForAll byte replacement,
      @ForAll @IntRange(max = 500) int cut) {
    byte[] valid = encoded(EXAMPLE, Map.of("k", "v"));
    valid[position % valid.length] = replacement;
    assertReadOrRefused(valid);
    assertReadOrRefused(Arrays.copyOf(valid, cut % valid.length));
  }

  @Property(tries = 3000)
  void whateverHeaderAFileHasItIsReadOrRefusedInASentence(
      @ForAll("headers") String header, @ForAll @IntRange(max = 16) int dataLength) {
    assertReadOrRefused(file(header, dataLength));
  }

  private static void assertReadOrRefused(byte[] content) {
    try {
      assertThat(decoded(content)).isNotNull();
    } catch (WeftException e) {
      assertThat(e.problem()).isEqualTo(Problem.BAD_CHECKPOINT);
    }
  }

  @Provide
  Arbitrary<List<String>> names() {
    return Arbitraries.strings()
        .ofMaxLength(8)
        .filter(name -> !name.isEmpty() && StandardCharsets.UTF_8.newEncoder().canEncode(name))
        .filter(name -> name.chars().noneMatch(Character::isISOControl))
        .list()
        .uniqueElements()
        .ofMaxSize(5);
  }

  /**
   * Sequences of the grammar's own tokens: far more of them come near to validity than of bytes.
   */
  @Provide
  Arbitrary<String> headers() {
    return Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            " ",
            "0",
            "4",
            "16",
            "-1",
            "1e9",
            "9999999999",
            "null",
            "\"a\"",
            "\"\\u0041\"",
            "\"\\",
            "\"dtype\":\"F32\"",
            "\"shape\":[4]",
            "\"shape\":[",
            "\"data_offsets\":[0,16]",
            "\"data_offsets\":",
            "\"__metadata__\":{",
            "\"b\":{",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}")
        .list()
        .ofMaxSize(20)
        .map(tokens -> String.join("", tokens));
  }

  private static byte[] file(String header, int dataLength) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
    file.writeBytes(json);
    file.writeBytes(new byte[dataLength]);
    return file.toByteArray();
  }

  @SafeVarargs
  private static Map<String, Tensor> ordered(Map.Entry<String, Tensor>... entries) {
    LinkedHashMap<String, Tensor> map = new LinkedHashMap<>();
    for (Map.Entry<String, Tensor> entry : entries) {
      map.put(entry.getKey(), entry.getValue());
    }
    return map;
  }

  private static byte[] encoded(TensorMap tensors, Map<String, String> metadata) {
    return Written.bytes(out -> Safetensors.write(tensors, metadata, out));
  }

  private static TensorMap decoded(byte[] content) {
    try {
      return Safetensors.read(new ByteArrayInputStream(content), content.length, "x");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
