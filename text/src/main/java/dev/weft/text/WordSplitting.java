package dev.weft.text;

import dev.weft.core.Text;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a byte-level tokenizer finds words, by the names of GGUF's {@code tokenizer.ggml.pre}. The
 * expressions are those of the models' own {@code tokenizer.json}; the default's are llama.cpp's.
 *
 * @param names the first is the usual one
 * @param expressions each splits what the one before it left, between its matches and what lies
 *     between them
 * @param wholeWordsFirst whether a word that is a token needs no merges to become one
 * @param composed whether letters and their accents are joined (Unicode NFC) before anything else
 * @param begun whether a text begins with a token of its own where the model does not say
 */
record WordSplitting(
    List<String> names,
    List<String> expressions,
    boolean wholeWordsFirst,
    boolean composed,
    boolean begun) {
  private static final String WORDS =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  private static final String LINES_AND_WORDS =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|%s"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final List<WordSplitting> ALL =
      List.of(
          plain(
              List.of("default"),
              List.of("[\\p{P}\\$\\+<=>\\^~\\|]+", WORDS, "\\p{N}+", "[0-9][0-9][0-9]")),
          plain(List.of("gpt-2", "phi-2", "mpt", "olmo", "jais"), List.of(WORDS)),
          plain(
              List.of("smollm", "starcoder", "refact", "command-r", "codeshell"),
              List.of("\\p{N}", WORDS)),
          new WordSplitting(
              List.of("llama-bpe", "llama3", "llama-v3", "falcon3"),
              List.of(Text.format(LINES_AND_WORDS, "\\p{N}{1,3}")),
              true,
              false,
              true),
          new WordSplitting(
              List.of("qwen2", "deepseek-r1-qwen"),
              List.of(Text.format(LINES_AND_WORDS, "\\p{N}")),
              false,
              true,
              false));

  private static WordSplitting plain(List<String> names, List<String> expressions) {
    return new WordSplitting(names, expressions, false, false, false);
  }

  static Optional<WordSplitting> named(String name) {
    return ALL.stream().filter(splitting -> splitting.names.contains(name)).findFirst();
  }

  /** All names, for messages. */
  static String supported() {
    return ALL.stream()
        .flatMap(splitting -> splitting.names.stream())
        .collect(Collectors.joining(", "));
  }
}
