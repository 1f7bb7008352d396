package dev.weft.text;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MalformedVocabularyTest {
  @TempDir Path folder;

  @Test
  void aVocabularyOfUnknownKindIsRefusedWithThoseThatAreKnown() {
    assertRefused(
        () -> open(Goldens.sentencePiece(Map.of("tokenizer.ggml.model", "t5"))),
        "model.gguf: has a tokenizer of kind \"t5\" where Weft knows llama and gpt2");
    assertRefused(
        () -> open(Goldens.byteLevel("tekken", Map.of())),
        "model.gguf: finds words as \"tekken\" where Weft knows default, gpt-2");
    assertRefused(() -> open(Map.of()), "model.gguf: has no tokenizer");
  }

  @Test
  void aTwiceUsedTextIsNamedWithBothTokens() {
    assertRefused(
        () -> open(Goldens.sentencePiece(changed(List.of("a", "b", "a")))),
        "gives the tokens 0 and 2 the same text \"a\"");
  }

  @Test
  void anEmptyVocabularyIsRefused() {
    assertRefused(() -> open(Goldens.sentencePiece(changed(List.of()))), "has an empty vocabulary");
  }

  @Test
  void aMergeOfNoTokensIsNamed() {
    Map<String, ?> merges = Map.of("tokenizer.ggml.merges", List.of("t h", "t nosuchtoken"));
    assertRefused(() -> open(Goldens.byteLevel("smollm", merges)), "has a merge \"t nosuchtoken\"");
  }

  @Test
  void aNumberForEveryTokenIsNeeded() {
    assertRefused(
        () -> open(Goldens.sentencePiece(Map.of("tokenizer.ggml.scores", List.of(1.0)))),
        "has 1 values of tokenizer.ggml.scores for 700 tokens");
  }

  @Test
  void anUnknownTypeIsNamed() {
    Object[] types = new Object[700];
    Arrays.fill(types, 1L);
    types[5] = 99L;
    assertRefused(
        () -> open(Goldens.sentencePiece(Map.of("tokenizer.ggml.token_type", List.of(types)))),
        "gives the token 5 the unknown type 99");
  }

  @ParameterizedTest
  @CsvSource({"bos, 700", "eos, -1", "padding, 4294967295"})
  void aSpecialTokenBeyondTheVocabularyIsNamed(String name, long id) {
    assertRefused(
        () -> open(Goldens.sentencePiece(Map.of("tokenizer.ggml." + name + "_token_id", id))),
        "numbers the token " + name + " " + id + " of 700 tokens");
  }

  @ParameterizedTest
  @CsvSource({"0", "3", "4", "9", "20", "6226"})
  void aTokenizerOfLlama2cThatIsCutOffIsRefused(int length) throws IOException {
    Path file = folder.resolve("tokenizer.bin");
    Files.write(file, Arrays.copyOf(Goldens.bytes("tok512.bin"), length));
    assertRefused(
        () -> TokenizerDefinition.ofLlama2c(file, 512),
        "tokenizer.bin: is not a tokenizer.bin of llama2.c or is cut off");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]                                                   | is not a JSON object",
        "{\"model\":                                          | is not JSON",
        "{}                                                   | has no vocabulary",
        "{\"model\": {\"vocab\": {\"a\": -3}}}                | token without a valid id",
        "{\"model\": {\"vocab\": {\"a\": 2147483647}}}        | token without a valid id",
        "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}}} | is not a tokenizer that Weft can"
            + " read",
      })
  void aMalformedTokenizerJsonIsRefused(String json, String complaint) throws IOException {
    Path file = Files.writeString(folder.resolve("tokenizer.json"), json);
    assertRefused(() -> Tokenizer.open(read(file), 8).close(), complaint);
  }

  private static TokenizerDefinition read(Path json) {
    return TokenizerDefinition.ofHuggingFace(json, Optional.empty(), Optional.empty(), 100);
  }

  private static Map<String, ?> changed(List<?> tokens) {
    return Map.of(
        "tokenizer.ggml.tokens", tokens,
        "tokenizer.ggml.scores", List.of(),
        "tokenizer.ggml.token_type", List.of());
  }

  private static void open(Map<String, Object> metadata) {
    Tokenizer.open(Goldens.definition(metadata), 8).close();
  }

  static void assertRefused(ThrowingCallable action, String complaint) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(action)
        .withMessageContaining(complaint)
        .matches(e -> e.problem() == Problem.BAD_CHECKPOINT)
        .matches(e -> !e.getMessage().contains("\n"), "one line");
  }
}
