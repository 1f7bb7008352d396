package dev.weft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weft.core.Text;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Safetensors;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsCheckpointTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bnb_nf4_dq",
        "bnb_fp4",
        "bnb_int8",
        "awq_gemm",
        "gptq_desc_act",
        "ct_fp8_channel",
        "ct_pack_asym"
      })
  void everyArrayIsTheBytesBetweenItsOffsets(String fixture) throws IOException {
    Path file = Fixtures.path("/golden/fixtures/" + fixture + ".safetensors");
    ByteBuffer bytes = ByteBuffer.wrap(Fixtures.bytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int headerLength = (int) bytes.getLong();
    JsonNode header = new JsonMapper().readTree(bytes.array(), Long.BYTES, headerLength);

    Checkpoint checkpoint = SafetensorsCheckpoint.open(file);

    header
        .properties()
        .forEach(
            entry -> {
              RawTensor tensor = checkpoint.find(entry.getKey()).orElseThrow();
              JsonNode offsets = entry.getValue().get("data_offsets");
              int data = Long.BYTES + headerLength;
              assertThat(tensor.type().name()).isEqualTo(entry.getValue().get("dtype").asText());
              assertThat(tensor.shape().toString().replace(" ", ""))
                  .isEqualTo(entry.getValue().get("shape").toString());
              assertThat(Fixtures.bytes(tensor))
                  .isEqualTo(
                      Arrays.copyOfRange(
                          bytes.array(),
                          data + offsets.get(0).asInt(),
                          data + offsets.get(1).asInt()));
            });
    assertThat(checkpoint.names()).hasSize(header.size());
  }

  @Test
  void shardsAreOneCheckpoint() throws IOException {
    shard("a.safetensors", "first", 1);
    shard("b.safetensors", "second", 2);
    index(Map.of("first", "a.safetensors", "second", "b.safetensors"));

    Checkpoint checkpoint = SafetensorsCheckpoint.open(folder);

    assertThat(checkpoint.names()).containsExactlyInAnyOrder("first", "second");
    assertThat(checkpoint.tensor("second", 1).bytes().getFloat()).isEqualTo(2);
    assertThat(checkpoint.source()).isEqualTo(folder.toString());
  }

  @Test
  void aMissingShardIsNamed() throws IOException {
    shard("a.safetensors", "first", 1);
    index(Map.of("first", "a.safetensors", "second", "b.safetensors"));

    refused("b.safetensors: is missing, but model.safetensors.index.json lists it");
  }

  @Test
  void aShardThatDoesNotHoldWhatTheIndexSaysIsNamed() throws IOException {
    shard("a.safetensors", "first", 1);
    index(Map.of("second", "a.safetensors"));

    refused("says that a.safetensors holds second, which it does not");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../a.safetensors", "/etc/x.safetensors", "..\\\\a.safetensors", "a.bin", ""})
  void anIndexLeadsNowhereElse(String shard) throws IOException {
    shard("a.safetensors", "first", 1);
    index(Map.of("first", shard));

    refused("which does not name a safetensors file beside it");
  }

  @Test
  void aFolderWithoutWeightsSaysWhatToDownload() {
    refused("holds neither model.safetensors nor model.safetensors.index.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "U16 ~ [1] ~ 2 ~ tensor a has the type U16, which Weft does not read; convert it to one of",
        "Q4_0 ~ [32] ~ 18 ~ tensor a has the type Q4_0, which Weft does not read",
        "F32 ~ [2] ~ 4 ~ tensor a holds 4 bytes, which contradicts its type F32 and shape [2]",
        "F32 ~ [65536,65536,65536,65536] ~ 0 ~ contradicts its type F32",
        "F32 ~ [2147483647,2147483647,2147483647,2147483647] ~ 4 ~ contradicts its type F32",
      })
  void whatAHeaderSaysMustFit(String type, String shape, int length, String sentence)
      throws IOException {
    byte[] header =
        Text.format(
                "{\"a\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[0,%d]}}",
                type, shape, length)
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + header.length + length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header);
    Files.write(folder.resolve("model.safetensors"), file.array());

    refused(sentence);
  }

  @Test
  void aFileThatShrinksWhileItIsOpenIsNoticed() throws IOException {
    shard("model.safetensors", "first", 1);
    Checkpoint checkpoint = SafetensorsCheckpoint.open(folder);
    Files.write(folder.resolve("model.safetensors"), new byte[8]);

    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> checkpoint.find("first"))
        .withMessageContaining("has become shorter since it was opened");
  }

  @Test
  void aWrongShapeIsRefusedWhereItIsUsed() throws IOException {
    shard("model.safetensors", "first", 1);
    Checkpoint checkpoint = SafetensorsCheckpoint.open(folder);

    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> checkpoint.tensor("first", 2, 3))
        .withMessageContaining("tensor first has the shape [1] where")
        .withMessageContaining("[2, 3]");
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> checkpoint.tensor("third", 1))
        .withMessageContaining("has no tensor third");
  }

  private void refused(String sentence) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> SafetensorsCheckpoint.open(folder))
        .withMessageStartingWith(folder.toString())
        .withMessageContaining(sentence);
  }

  private void shard(String file, String tensor, float value) throws IOException {
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(tensor, Tensor.of(new float[] {value}, 1));
    Safetensors.write(TensorMap.of(tensors), Map.of("format", "pt"), folder.resolve(file));
  }

  private void index(Map<String, String> shards) throws IOException {
    List<String> entries =
        shards.entrySet().stream()
            .map(entry -> Text.format("\"%s\":\"%s\"", entry.getKey(), entry.getValue()))
            .toList();
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{" + String.join(",", entries) + "}}");
  }
}
