package dev.weft.finetune.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.finetune.data.LanguageExample.Conversation;
import dev.weft.finetune.data.LanguageExample.PlainText;
import dev.weft.text.Goldens;
import dev.weft.text.TokenizedSet;
import dev.weft.text.Tokenizer;
import dev.weft.text.TokenizerDefinition;
import dev.weft.text.TokenizerFolder;
import dev.weft.text.Turn;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LanguageEncoderTest {
  private static final String CHAT_ML =
      "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content']"
          + " + '<|im_end|>' + '\n'}}{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";
  private static final TokenizerDefinition CHAT_MODEL =
      Goldens.definition(Goldens.byteLevel("smollm", Map.of("tokenizer.chat_template", CHAT_ML)));
  private static final TokenizerDefinition BASE_MODEL =
      Goldens.definition(Goldens.sentencePiece(Map.of()));
  private static final Conversation SUM =
      conversation(Turn.user("What is 2+2?"), Turn.assistant("It is 4."));
  private static final int MANY = 1000;
  private static final LocalDate TODAY = LocalDate.of(2025, 3, 9);

  @Test
  void theAnswerWithItsEndIsLearntAndNothingElse() {
    try (Tokenizer tokenizer = Tokenizer.open(CHAT_MODEL, MANY)) {
      TokenizedSet set = encode(tokenizer, SUM).set().orElseThrow();

      assertThat(ids(set, 0, set.promptTokens(0)))
          .isEqualTo(
              tokenizer.encode(
                  "<|im_start|>user\nWhat is 2+2?<|im_end|>\n<|im_start|>assistant\n"));
      assertThat(ids(set, set.promptTokens(0), set.tokens(0)))
          .isEqualTo(tokenizer.encode("It is 4.<|im_end|>"));
    }
  }

  @Test
  void ofSeveralAnswersTheLastIsLearnt() {
    try (Tokenizer tokenizer = Tokenizer.open(CHAT_MODEL, MANY)) {
      Conversation talk =
          conversation(
              Turn.user("a"), Turn.assistant("first"), Turn.user("b"), Turn.assistant("last"));
      TokenizedSet set = encode(tokenizer, talk).set().orElseThrow();

      assertThat(ids(set, set.promptTokens(0), set.tokens(0)))
          .isEqualTo(tokenizer.encode("last<|im_end|>"));
    }
  }

  @Test
  void aModelWithoutTemplateLearnsPlainAnswersThatEnd() {
    try (Tokenizer tokenizer = Tokenizer.open(BASE_MODEL, MANY)) {
      TokenizedSet set = encode(tokenizer, SUM).set().orElseThrow();

      assertThat(ids(set, 0, set.promptTokens(0)))
          .isEqualTo(tokenizer.encodePrompt("Question: What is 2+2?\nAnswer:"));
      assertThat(set.token(0, 0)).isEqualTo(1);
      assertThat(set.token(0, set.tokens(0) - 1)).isEqualTo(2);
      assertThat(tokenizer.decode(ids(set, 0, set.tokens(0))))
          .isEqualTo("Question: What is 2+2?\nAnswer: It is 4.");
    }
  }

  @Test
  void whereNoFileAddsTheEndToTheVocabularyItIsLearntAllTheSame(@TempDir Path folder) {
    TokenizerDefinition model =
        new TokenizerFolder(folder, List.of("<s>", "</s>", "Q", "A", "b", "</", "s", ">"))
            .with("tokenizer_config.json", "{\"eos_token\": \"</s>\"}")
            .read(8);
    try (Tokenizer tokenizer = Tokenizer.open(model, MANY)) {
      TokenizedSet set =
          encode(tokenizer, conversation(Turn.user("Q"), Turn.assistant("b"))).set().orElseThrow();

      assertThat(set.token(0, set.tokens(0) - 1)).isEqualTo(1);
    }
  }

  @Test
  void whatTheTemplateWritesOfAMessageAndOfToolsIsRead(@TempDir Path folder) {
    TokenizerDefinition model =
        new TokenizerFolder(folder, List.of("<s>", "</s>", "f", "n", "b"))
            .with(
                "tokenizer_config.json",
                """
                {"eos_token": "</s>", "chat_template":
                 "{% for t in tools %}{{ t.name }}{% endfor %}{% for m in messages %}{{ m.name }}{{ m.content }}{% endfor %}"}
                """)
            .read(5);
    try (Tokenizer tokenizer = Tokenizer.open(model, MANY)) {
      TokenizedSet set =
          encode(
                  tokenizer,
                  new Conversation(
                      List.of(new Turn("user", "b", Map.of("name", "n")), Turn.assistant("b")),
                      Optional.of(List.of(Map.of("name", "f"))),
                      Optional.empty(),
                      Configs.NOWHERE))
              .set()
              .orElseThrow();

      assertThat(ids(set, 0, set.tokens(0))).containsExactly(2, 3, 4, 4, 1);
    }
  }

  @Test
  void aTokenAcrossTheBorderIsLearnt() {
    Map<String, String> glued =
        Map.of("tokenizer.chat_template", "{% for m in messages %}{{ m.content }}{% endfor %}");
    TokenizerDefinition model = Goldens.definition(Goldens.byteLevel("smollm", glued));
    try (Tokenizer tokenizer = Tokenizer.open(model, MANY)) {
      TokenizedSet set =
          encode(tokenizer, conversation(Turn.user(" th"), Turn.assistant("e")))
              .set()
              .orElseThrow();

      assertThat(tokenizer.encode(" the")).hasSize(1);
      assertThat(set.promptTokens(0)).isZero();
      assertThat(ids(set, 0, 2)).isEqualTo(tokenizer.encode(" the<|im_end|>"));
    }
  }

  @Test
  void aPlainTextIsLearntWholeAndEnds() {
    try (Tokenizer tokenizer = Tokenizer.open(BASE_MODEL, MANY)) {
      TokenizedSet set =
          encode(tokenizer, new PlainText("Once upon", Optional.empty(), Configs.NOWHERE))
              .set()
              .orElseThrow();

      assertThat(set.promptTokens(0)).isZero();
      assertThat(ids(set, 0, set.tokens(0))).isEqualTo(tokenizer.encodePrompt("Once upon</s>"));
    }
  }

  @Test
  void longExamplesAreCutAtTheEndAndThoseWithoutAnswerAreCounted() {
    String longQuestion = "Why? ".repeat(100);
    List<LanguageExample> examples =
        List.of(
            SUM,
            conversation(Turn.user(longQuestion), Turn.assistant("no")),
            conversation(Turn.user("a"), Turn.assistant(longQuestion)));
    try (Tokenizer tokenizer = Tokenizer.open(CHAT_MODEL, 64)) {
      LanguageEncoder.Encoded encoded = new LanguageEncoder(tokenizer, TODAY).encode(examples);

      assertThat(encoded.dropped()).isEqualTo(1);
      assertThat(encoded.cut()).isEqualTo(1);
      assertThat(encoded.set().orElseThrow().size()).isEqualTo(2);
      assertThat(encoded.set().orElseThrow().tokens(1)).isEqualTo(64);
    }
  }

  @Test
  void whereNothingIsLeftToLearnThereIsNoSet() {
    try (Tokenizer tokenizer = Tokenizer.open(CHAT_MODEL, 4)) {
      LanguageEncoder.Encoded encoded = encode(tokenizer, SUM);

      assertThat(encoded.set()).isEmpty();
      assertThat(encoded.dropped()).isEqualTo(1);
    }
  }

  @Test
  void aPromptAsksForTheAnswer() {
    try (Tokenizer tokenizer = Tokenizer.open(CHAT_MODEL, MANY)) {
      assertThat(new LanguageEncoder(tokenizer, TODAY).prompt(List.of(Turn.user("Hi"))))
          .isEqualTo(tokenizer.encode("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"));
    }
  }

  private static Conversation conversation(Turn... turns) {
    return new Conversation(List.of(turns), Optional.empty(), Configs.NOWHERE);
  }

  private static LanguageEncoder.Encoded encode(Tokenizer tokenizer, LanguageExample example) {
    return new LanguageEncoder(tokenizer, TODAY).encode(List.of(example));
  }

  private static int[] ids(TokenizedSet set, int from, int to) {
    return IntStream.range(from, to).map(i -> set.token(0, i)).toArray();
  }
}
