package dev.weft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Safetensors;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFilesTest {
  @TempDir Path folder;

  @Test
  void aFolderOpensAsADecoder() {
    OpenModel model = ModelFiles.open(Fixtures.TINY_LLAMA.toString());

    assertThat(model.name()).isEqualTo("tiny-llama");
    assertThat(model.quantization()).isEmpty();
    assertThat(model.tokenizer())
        .isInstanceOfSatisfying(
            TokenizerSource.HuggingFace.class,
            files -> {
              assertThat(files.definition()).hasFileName("tokenizer.json");
              assertThat(files.settings()).isEmpty();
            });
    assertThat(model.weights().tensor("model.layers.1.mlp.up_proj.weight", 64, 32).type())
        .isEqualTo(ElementType.BF16);
  }

  @Test
  void theWeightsFileStandsForItsFolder() {
    OpenModel model = ModelFiles.open(Fixtures.TINY_LLAMA.resolve("model.safetensors").toString());

    assertThat(model.name()).isEqualTo("tiny-llama");
  }

  @Test
  void aGgufFileBringsItsVocabulary() {
    OpenModel model = ModelFiles.open(Fixtures.TINY_GGUF.toString());

    assertThat(model.name()).isEqualTo("tiny-llama");
    assertThat(model.tokenizer())
        .isInstanceOfSatisfying(
            TokenizerSource.Gguf.class,
            vocabulary ->
                assertThat(vocabulary.metadata().texts("tokenizer.ggml.tokens")).hasSize(24));
  }

  @Test
  void theEmbeddedModelHasEveryArrayOfABert() {
    OpenModel model = ModelFiles.open("embedded:all-MiniLM-L6-v2");
    Checkpoint weights = model.weights();

    weights.tensor("embeddings.token_type_embeddings.weight", 2, 384);
    for (int layer = 0; layer < 6; layer++) {
      String prefix = "encoder.layer." + layer + ".";
      weights.tensor(prefix + "attention.self.query.weight", 384, 384);
      weights.tensor(prefix + "intermediate.dense.weight", 1536, 384);
      weights.tensor(prefix + "output.dense.weight", 384, 1536);
      weights.tensor(prefix + "output.dense.bias", 384);
    }
    assertThat(model.tokenizer()).isInstanceOf(TokenizerSource.Embedded.class);
  }

  @ParameterizedTest
  @CsvSource({
    "bert, '', weight, 9, bert.",
    "bert, bert., gamma, 9, bert.",
    "roberta, roberta., weight, 11, roberta.",
    "xlm-roberta, '', weight, 11, roberta."
  })
  void encodersHaveBareNamesWhateverTheyWereSavedAs(
      String type, String head, String gain, int positions, String prefix) throws IOException {
    encoder(type, head, gain, positions);
    Files.writeString(folder.resolve("tokenizer.json"), "{}");

    OpenModel model = ModelFiles.open(folder.toString());

    assertThat(((Architecture.Encoder) model.architecture()).shape().positions()).isEqualTo(9);
    assertThat(model.architecture().peft("it").prefix()).isEqualTo(prefix);
    assertThat(model.weights().names())
        .contains("embeddings.word_embeddings.weight", "encoder.layer.0.output.LayerNorm.weight");
    assertThat(model.weights().tensor("encoder.layer.0.output.LayerNorm.weight", 4).name())
        .isEqualTo("encoder.layer.0.output.LayerNorm.weight");
  }

  @Test
  void aTokenizerOfLlama2CServesToo() throws IOException {
    encoder("bert", "", "weight", 9);
    Files.write(folder.resolve("tok512.bin"), new byte[4]);

    assertThat(ModelFiles.open(folder.toString()).tokenizer())
        .isEqualTo(new TokenizerSource.Llama2C(folder.resolve("tok512.bin")));
  }

  @Test
  void aMissingTokenizerIsSaid() throws IOException {
    encoder("bert", "", "weight", 9);

    refused(folder.toString(), Problem.MISSING_FILE, "has no tokenizer.json");
  }

  @Test
  void aMissingDescriptionIsSaid() {
    refused(folder.toString(), Problem.MISSING_FILE, "has no config.json; name a complete model");
  }

  @Test
  void aSourceThatIsNoModelIsSaid() throws IOException {
    Path text = Files.writeString(folder.resolve("model.txt"), "hello");

    refused(
        folder.resolve("nothing").toString(),
        Problem.MISSING_FILE,
        "does not exist; name a model folder, a .gguf file or \"embedded:all-MiniLM-L6-v2\"");
    refused(text.toString(), Problem.UNSUPPORTED_MODEL, "is not a model Weft can read");
    refused("a\0b", Problem.MISSING_FILE, "is not a path");
  }

  @Test
  void configurationAndWeightsMustBelongTogether() throws IOException {
    Path copy = Fixtures.copy(Fixtures.TINY_LLAMA, folder.resolve("copy"));
    Path config = copy.resolve("config.json");
    String original = Files.readString(config);

    Files.writeString(
        config, original.replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3"));
    refused(
        copy.toString(),
        Problem.BAD_CHECKPOINT,
        "has no tensor model.layers.2.input_layernorm.weight");
    Files.writeString(config, original.replace("\"vocab_size\": 24", "\"vocab_size\": 25"));
    refused(
        copy.toString(),
        Problem.BAD_CHECKPOINT,
        "tensor model.embed_tokens.weight has the shape [24, 32] where");
  }

  /** Each file of a model in turn, cloned without Git LFS. */
  @ParameterizedTest
  @ValueSource(strings = {"model.safetensors", "config.json", "tokenizer.json", "model.gguf"})
  void aPointerOfGitLfsIsCalledSo(String file) throws IOException {
    Path copy = Fixtures.copy(Fixtures.TINY_LLAMA, folder.resolve("copy"));
    Files.writeString(
        copy.resolve(file),
        """
        version https://git-lfs.github.com/spec/v1
        oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
        size 1044992
        """);

    refused(
        (file.endsWith(".gguf") ? copy.resolve(file) : copy).toString(),
        Problem.WRONG_CONTENT,
        copy.resolve(file) + ": is a pointer of Git LFS and not the file itself; run git lfs pull");
  }

  @ParameterizedTest
  @CsvSource({
    "pytorch_model.bin, 'but pytorch_model.bin, a pickle, which can run any program'",
    "tf_model.h5, 'but tf_model.h5, another framework''s weights'",
    "smol.Q4_1.gguf, 'but smol.Q4_1.gguf, give that file itself as model.source'",
    "tokenizer.bin, download the model's safetensors files"
  })
  void weightsOfAnotherKindAreNamed(String file, String advice) throws IOException {
    Path copy = Fixtures.copy(Fixtures.TINY_LLAMA, folder.resolve("copy"));
    Files.move(copy.resolve("model.safetensors"), copy.resolve(file));

    refused(copy.toString(), Problem.MISSING_FILE, "holds neither model.safetensors nor");
    refused(copy.toString(), Problem.MISSING_FILE, advice);
  }

  private static void refused(String source, Problem problem, String sentence) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> ModelFiles.open(source))
        .withMessageContaining(sentence)
        .satisfies(error -> assertThat(error.problem()).isEqualTo(problem));
  }

  private void encoder(String type, String head, String gain, int positions) throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        Text.format(
            """
            {"model_type": "%s", "hidden_size": 4, "intermediate_size": 6, "num_hidden_layers": 1,
             "num_attention_heads": 2, "vocab_size": 7, "max_position_embeddings": %d,
             "type_vocab_size": 1}
            """,
            type, positions));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(head + "embeddings.word_embeddings.weight", Tensor.zeros(7, 4));
    tensors.put(head + "embeddings.position_embeddings.weight", Tensor.zeros(positions, 4));
    tensors.put(head + "encoder.layer.0.output.LayerNorm." + gain, Tensor.zeros(4));
    save(folder, tensors);
  }

  private static void save(Path folder, Map<String, Tensor> tensors) throws IOException {
    Safetensors.write(
        TensorMap.of(new LinkedHashMap<>(tensors)), Map.of(), folder.resolve("model.safetensors"));
  }
}
