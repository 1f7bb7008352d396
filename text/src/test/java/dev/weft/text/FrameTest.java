package dev.weft.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.error.WeftException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tokens around a text are those of the definition, whatever letters the vocabulary has. */
class FrameTest {
  private static final List<String> WITHOUT_A = List.of("<s>", "</s>", "b", "c", "文");
  private static final String TEMPLATE =
      """
      {"type": "TemplateProcessing",
       "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                  {"Sequence": {"id": "A", "type_id": 0}},
                  {"SpecialToken": {"id": "</s>", "type_id": 0}}],
       "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
       "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]},
                          "</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}}}
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"bc, 2, 3", "文b, 4, 2", "'', -1, -1", "aaa, -1, -1"})
  void aVocabularyWithoutTheLetterAKeepsThem(String text, int first, int second) {
    try (Tokenizer tokenizer = Tokenizer.open(folder().around(TEMPLATE).read(5), 100)) {
      int[] plain = tokenizer.encode(text);
      assertThat(plain).isEqualTo(first < 0 ? new int[0] : new int[] {first, second});
      assertThat(tokenizer.encodeWhole(text)).startsWith(0).endsWith(1).hasSize(plain.length + 2);
      assertThat(tokenizer.encodePrompt(text)).startsWith(0).hasSize(plain.length + 1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"type\": \"BertProcessing\", \"sep\": [\"</s>\", 1], \"cls\": [\"<s>\", 0]}",
        "{\"type\": \"RobertaProcessing\", \"sep\": [\"</s>\", 1], \"cls\": [\"<s>\", 0],"
            + " \"trim_offsets\": true, \"add_prefix_space\": false}",
      })
  void olderProcessorsAreUnderstood(String json) {
    try (Tokenizer tokenizer = Tokenizer.open(folder().around(json).read(5), 100)) {
      assertThat(tokenizer.encodeWhole("bc")).containsExactly(0, 2, 3, 1);
    }
  }

  @Test
  void processorsInSequenceAreOneAroundTheOther() {
    String json =
        "{\"type\": \"Sequence\", \"processors\": [{\"type\": \"ByteLevel\", \"trim_offsets\":"
            + " true, \"add_prefix_space\": false, \"use_regex\": true}, "
            + TEMPLATE
            + "]}";
    try (Tokenizer tokenizer = Tokenizer.open(folder().around(json).read(5), 100)) {
      assertThat(tokenizer.encodeWhole("b")).containsExactly(0, 2, 1);
    }
  }

  @Test
  void aProcessorNobodyKnowsIsRefused() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> folder().around("{\"type\": \"Novel\"}").read(5))
        .withMessageContaining("its post_processor puts tokens around a text by \"Novel\"");
  }

  private TokenizerFolder folder() {
    return new TokenizerFolder(folder, WITHOUT_A).added(0, "<s>").added(1, "</s>");
  }
}
