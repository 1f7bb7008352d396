package dev.weft.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.text.SpecialTokens.Token;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever says that a token ends a text is heard. */
class EndTokenTest {
  private static final List<String> LETTERS =
      List.of("<s>", "</s>", "<|im_end|>", "<stop>", "b", "c", "<", "/", "s", ">");
  private static final Token EOS = new Token(1, "</s>");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tokenizer_config.json   | {\"eos_token\": \"<stop>\"}",
        "tokenizer_config.json   | {\"eos_token\": {\"content\": \"<stop>\", \"special\": true}}",
        "special_tokens_map.json | {\"eos_token\": \"<stop>\"}",
        "special_tokens_map.json | {\"eos_token\": {\"content\": \"<stop>\"}}",
        "config.json             | {\"eos_token_id\": 3}",
        "config.json             | {\"eos_token_id\": [3]}",
        "generation_config.json  | {\"eos_token_id\": 3}",
        "generation_config.json  | {\"eos_token_id\": [3]}",
      })
  void anEndIsFoundWhereverItIsNamed(String file, String content) {
    SpecialTokens special =
        new TokenizerFolder(folder, LETTERS).with(file, content).read(10).special();

    assertThat(special.ends()).containsExactly(new Token(3, "<stop>"));
    assertThat(special.end()).hasValue(3);
    assertThat(special.isEnd(3)).isTrue();
  }

  @Test
  void allThatAreNamedEndAndTheSettingsSayWhichIsLearnt() {
    SpecialTokens special =
        new TokenizerFolder(folder, LETTERS)
            .with("tokenizer_config.json", "{\"eos_token\": \"</s>\"}")
            .with("config.json", "{\"eos_token_id\": 1}")
            .with("generation_config.json", "{\"eos_token_id\": [3, 1]}")
            .read(10)
            .special();

    assertThat(special.ends()).containsExactly(EOS, new Token(3, "<stop>"));
  }

  @Test
  void aKnownEndOfTurnEndsAGenerationButIsNotLearnt() {
    SpecialTokens special =
        new TokenizerFolder(folder, LETTERS)
            .with("tokenizer_config.json", "{\"eos_token\": \"<stop>\"}")
            .read(10)
            .special();

    assertThat(special.isEnd(2)).isTrue();
    assertThat(special.isEnd(1)).isTrue();
    assertThat(special.isEnd(4)).isFalse();
    assertThat(special.ends()).containsExactly(new Token(3, "<stop>"));
  }

  @Test
  void whereNoFileNamesAnEndAKnownOneIsLearnt() {
    SpecialTokens special = new TokenizerFolder(folder, LETTERS).read(10).special();

    assertThat(special.ends()).containsExactly(new Token(2, "<|im_end|>"), EOS);
  }

  @Test
  void aVocabularyWithoutAnyHasNone() {
    assertThat(new TokenizerFolder(folder, List.of("b", "c")).read(2).special().ends()).isEmpty();
  }

  @Test
  void aNamedTokenThatTheVocabularyHoldsIsFoundWholeInATextAsInTransformers() {
    TokenizerDefinition definition =
        new TokenizerFolder(folder, LETTERS)
            .with(
                "tokenizer_config.json",
                """
                {"eos_token": "</s>", "pad_token": "[PAD]",
                 "additional_special_tokens": ["<stop>"],
                 "added_tokens_decoder": {"2": {"content": "<|im_end|>", "special": true}}}
                """)
            .read(10);
    try (Tokenizer tokenizer = Tokenizer.open(definition, 100)) {
      assertThat(tokenizer.encode("b</s><stop><|im_end|>c")).containsExactly(4, 1, 3, 2, 5);
    }
    assertThat(definition.vocabulary()).isEqualTo(10);
  }

  @Test
  void templatesSeeTheTokensThatTheSettingsName() {
    TokenizerDefinition definition =
        new TokenizerFolder(folder, LETTERS)
            .with(
                "tokenizer_config.json",
                """
                {"eos_token": "</s>", "bos_token": null, "unk_token": {"content": "b"},
                 "extra_special_tokens": {"image_token": "c"}}
                """)
            .with("config.json", "{\"bos_token_id\": 0}")
            .read(10);

    assertThat(definition.variables())
        .containsExactly(
            Map.entry("eos_token", "</s>"),
            Map.entry("unk_token", "b"),
            Map.entry("image_token", "c"));
    assertThat(definition.special().beginning()).contains(new Token(0, "<s>"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"eos", "eot", "eom"})
  void aGgufFileNamesEndsInThreeWays(String name) {
    SpecialTokens special =
        Goldens.definition(
                Goldens.byteLevel("smollm", Map.of("tokenizer.ggml." + name + "_token_id", 5L)))
            .special();

    assertThat(special.isEnd(5)).isTrue();
  }

  /** As in Llama 3's files that name the end of a text and leave out that of a turn. */
  @Test
  void aGgufFileThatLeavesOutTheEndOfTurnEndsThereAllTheSame() {
    Map<String, Object> metadata = Goldens.sentencePiece(Map.of());
    List<Object> tokens = new ArrayList<>((List<?>) metadata.get("tokenizer.ggml.tokens"));
    tokens.set(600, "<|eot_id|>");
    metadata.put("tokenizer.ggml.tokens", tokens);
    TokenizerDefinition definition = Goldens.definition(metadata);

    assertThat(definition.special().isEnd(600)).isTrue();
    assertThat(definition.special().isEnd(2)).isTrue();
    assertThat(definition.special().ends()).containsExactly(new Token(2, "</s>"));
    try (Tokenizer tokenizer = Tokenizer.open(definition, 100)) {
      assertThat(tokenizer.encode("<|eot_id|>"))
          .as("one unit, whatever its type")
          .containsExactly(600);
    }
  }

  @Test
  void aSentencePieceVocabularyInGgufHasItsUsualEndWhereNoneIsNamed() {
    Map<String, Object> metadata = Goldens.sentencePiece(Map.of());
    metadata.remove("tokenizer.ggml.eos_token_id");
    metadata.remove("tokenizer.ggml.bos_token_id");
    TokenizerDefinition definition = Goldens.definition(metadata);

    assertThat(definition.special().ends()).containsExactly(new Token(2, "</s>"));
    assertThat(definition.frame().before()).containsExactly(1);
  }
}
