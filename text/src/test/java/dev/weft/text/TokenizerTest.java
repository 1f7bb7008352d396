package dev.weft.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
  private static final int CLS = 101;
  private static final int SEP = 102;
  private static final int MANY = 1_000_000;

  @TempDir Path folder;

  @Test
  void cutsLongTextsAndNeverPads() {
    try (Tokenizer tokenizer = embedded(8)) {
      TokenizedSet set =
          tokenizer.encode(List.of("a domestic cat", "one two ".repeat(50)), new int[] {3, 4});

      assertThat(set.tokens(0)).isEqualTo(5);
      assertThat(set.token(0, 0)).isEqualTo(CLS);
      assertThat(set.token(0, 4)).isEqualTo(SEP);
      assertThat(set.tokens(1)).isEqualTo(8);
      assertThat(set.token(1, 7)).isEqualTo(SEP);
      assertThat(set.label(1)).isEqualTo(4);
      assertThat(set.totalTokens()).isEqualTo(13);
    }
  }

  @Test
  void refusesAnEmptySet() {
    try (Tokenizer tokenizer = embedded(8)) {
      assertThatThrownBy(() -> tokenizer.encode(List.of(), new int[0]))
          .isInstanceOf(WeftException.class)
          .hasMessage("a data set is empty; give it examples");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "gpt-2", "llama-bpe", "smollm", "qwen2"})
  void byteLevelIdsAreThoseOfTheReference(String splitting) {
    try (Tokenizer tokenizer = open(Goldens.byteLevel(splitting, Map.of()))) {
      for (JsonNode example : Goldens.json("byte-level.json").path("examples")) {
        assertIds(tokenizer, example, example.path("ids").path(splitting));
      }
    }
  }

  @Test
  void sentencePieceIdsAreThoseOfSentencePiece() {
    try (Tokenizer tokenizer = open(Goldens.sentencePiece(Map.of()))) {
      for (JsonNode example : Goldens.json("sentencepiece.json").path("examples")) {
        assertIds(tokenizer, example, example.path("ids"));
      }
    }
  }

  @Test
  void llama2cIdsAreThoseOfLlama2c() throws IOException {
    Path file = Files.write(folder.resolve("tok512.bin"), Goldens.bytes("tok512.bin"));
    TokenizerDefinition definition = TokenizerDefinition.ofLlama2c(file, 512);
    try (Tokenizer tokenizer = Tokenizer.open(definition, MANY)) {
      for (JsonNode example : Goldens.json("llama2c.json")) {
        String text = example.path("text").asText();
        int[] ids = tokenizer.encodePrompt(text);
        assertThat(ids).as(text).isEqualTo(Goldens.ids(example.path("ids")));
        assertThat(tokenizer.decode(ids)).isEqualTo(text);
      }
      assertThat(definition.vocabulary()).isEqualTo(512);
      assertThat(tokenizer.special().isEnd(2)).isTrue();
    }
  }

  @Test
  void specialTokensInATextAreUnits() {
    try (Tokenizer tokenizer = open(Goldens.sentencePiece(Map.of()))) {
      assertThat(tokenizer.encode("<s></s>")).containsExactly(1, 2);
      assertThat(tokenizer.encode("a</s>a"))
          .containsSequence(tokenizer.encode("a"))
          .contains(2)
          .endsWith(tokenizer.encode("a"));
    }
  }

  @Test
  void aTextIsBegunOnceAsTheModelWants() {
    try (Tokenizer tokenizer = open(Goldens.sentencePiece(Map.of()))) {
      assertThat(tokenizer.encodePrompt("a")).startsWith(1).endsWith(tokenizer.encode("a"));
      assertThat(tokenizer.encodePrompt("<s>a")).isEqualTo(tokenizer.encodePrompt("a"));
      assertThat(tokenizer.encodePrompt("")).containsExactly(1);
    }
    try (Tokenizer tokenizer =
        open(Goldens.sentencePiece(Map.of("tokenizer.ggml.add_bos_token", false)))) {
      assertThat(tokenizer.encodePrompt("a")).isEqualTo(tokenizer.encode("a"));
    }
    try (Tokenizer tokenizer =
        open(Goldens.sentencePiece(Map.of("tokenizer.ggml.add_eos_token", true)))) {
      assertThat(tokenizer.encodeWhole("a")).startsWith(1).endsWith(2);
    }
  }

  @Test
  void withoutSpacePrefixATextBeginsAsItIs() {
    try (Tokenizer tokenizer =
        open(Goldens.sentencePiece(Map.of("tokenizer.ggml.add_space_prefix", false)))) {
      String text = " two  spaces ";
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
      assertThat(tokenizer.encode("a")).hasSize(1);
    }
  }

  @Test
  void aFolderTellsItsSpecialTokensAndItsChatTemplate() throws IOException {
    Path definition = folder.resolve("tokenizer.json");
    Files.writeString(definition, Goldens.definition(Goldens.sentencePiece(Map.of())).json());
    Files.writeString(folder.resolve("config.json"), "{\"bos_token_id\": 1}");
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [2, 0]}");
    Path settings = folder.resolve("tokenizer_config.json");
    Files.writeString(
        settings,
        """
        {"eos_token": {"content": "</s>"}, "pad_token": "<unk>", "chat_template":
          [{"name": "tools", "template": "t"}, {"name": "default", "template": "d"}]}
        """);

    TokenizerDefinition read =
        TokenizerDefinition.ofHuggingFace(definition, Optional.of(settings), Optional.empty(), 700);

    assertThat(read.special().beginning()).contains(new SpecialTokens.Token(1, "<s>"));
    assertThat(read.special().ends())
        .containsExactly(new SpecialTokens.Token(2, "</s>"), new SpecialTokens.Token(0, "<unk>"));
    assertThat(read.special().padding()).contains(new SpecialTokens.Token(0, "<unk>"));
    assertThat(read.chat().template()).contains("d");
    assertThat(read.vocabulary()).isEqualTo(700);
  }

  private static void assertIds(Tokenizer tokenizer, JsonNode example, JsonNode ids) {
    String text = example.path("text").asText();
    assertThat(tokenizer.encode(text)).as(text).isEqualTo(Goldens.ids(ids));
  }

  private static Tokenizer embedded(int maxTokens) {
    String file = "/all-minilm-l6-v2-tokenizer.json";
    try (InputStream stream = TokenizerTest.class.getResourceAsStream(file)) {
      String json = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return Tokenizer.open(TokenizerDefinition.ofJson(json, file, 30522), maxTokens);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tokenizer open(Map<String, Object> metadata) {
    return Tokenizer.open(Goldens.definition(metadata), MANY);
  }
}
