package dev.weft.text;

import static dev.weft.text.MalformedVocabularyTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every token a tokenizer can make has a row in the table of embeddings. */
class EmbeddingTableTest {
  private static final List<String> LETTERS = List.of("<s>", "</s>", "b", "c");

  @TempDir Path folder;

  @Test
  void anAddedTokenBeyondTheTableIsNamedWithItsIdAndTheRows() {
    TokenizerFolder files =
        new TokenizerFolder(folder, LETTERS).added(0, "<s>").added(4, "<pad>").added(5, "<tool>");
    assertRefused(
        () -> files.read(4),
        "tokenizer.json: gives the token \"<tool>\" the id 5 where the model's embedding table has"
            + " 4 rows");
    assertThat(files.read(6).vocabulary()).isEqualTo(6);
  }

  @Test
  void aTokenOfTheVocabularyBeyondTheTableIsNamed() {
    assertRefused(
        () -> new TokenizerFolder(folder, LETTERS).read(3), "gives the token \"c\" the id 3");
  }

  @Test
  void aTokenThatOnlyTheSettingsNameCounts() {
    TokenizerFolder files =
        new TokenizerFolder(folder, LETTERS)
            .with("tokenizer_config.json", "{\"eos_token\": \"c\"}");
    assertRefused(() -> files.read(3), "gives the token \"c\" the id 3");
  }

  @Test
  void aScoredVocabularyIsCounted() {
    String json =
        """
        {"model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0], ["b", -1.0], ["c", -2]]}}
        """;
    assertRefused(
        () -> TokenizerDefinition.ofJson(json, "a file", 2), "gives the token \"c\" the id 2");
    assertThat(TokenizerDefinition.ofJson(json, "a file", 3).vocabulary()).isEqualTo(3);
  }

  @Test
  void aTableWithMoreRowsThanTokensIsFine() {
    assertThat(new TokenizerFolder(folder, LETTERS).read(64).vocabulary()).isEqualTo(4);
  }

  @Test
  void otherFormsOfVocabulariesAreHeldToTheTableToo() throws IOException {
    Map<String, Object> gguf = Goldens.sentencePiece(Map.of());
    assertRefused(() -> Goldens.definition(gguf, 699), "model.gguf: gives the token");
    assertThat(Goldens.definition(gguf, 704).vocabulary()).isEqualTo(700);

    Path llama2c = Files.write(folder.resolve("tok512.bin"), Goldens.bytes("tok512.bin"));
    assertRefused(
        () -> TokenizerDefinition.ofLlama2c(llama2c, 511),
        "the id 511 where the model's embedding table");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "config.json            | {\"bos_token_id\": 4}        | bos_token_id as 4",
        "config.json            | {\"eos_token_id\": [1, 99]}  | eos_token_id as 99",
        "config.json            | {\"pad_token_id\": 5000000000} | pad_token_id as 2147483647",
        "generation_config.json | {\"eos_token_id\": 4}        | eos_token_id as 4",
      })
  void anIdBeyondTheTableIsNamedWithItsFile(String file, String content, String complaint) {
    TokenizerFolder files = new TokenizerFolder(folder, LETTERS).with(file, content);
    assertRefused(
        () -> files.read(4),
        file + ": gives " + complaint + " where the embedding table has 4 rows");
  }

  @Test
  void anIdBelowZeroMeansNone() {
    TokenizerFolder files =
        new TokenizerFolder(folder, LETTERS)
            .with("config.json", "{\"pad_token_id\": -1, \"eos_token_id\": null}");
    assertThat(files.read(4).special().padding()).isEmpty();
  }
}
