package dev.weft.finetune.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A Hugging Face tokenizer that cuts texts to a length and never pads; padding is a matter of
 * batches. Safe for concurrent use.
 */
public final class Tokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;

  private Tokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * @param definition a {@code tokenizer.json}; its own truncation and padding are overridden
   * @param maxTokens longest sequence, special tokens included
   */
  public static Tokenizer read(InputStream definition, int maxTokens) {
    Map<String, String> options =
        Map.of(
            "truncation", "true",
            "maxLength", Integer.toString(maxTokens),
            "padding", "false");
    try {
      return new Tokenizer(HuggingFaceTokenizer.newInstance(definition, options));
    } catch (IOException e) {
      throw new UncheckedIOException("the tokenizer definition cannot be read", e);
    }
  }

  /**
   * Token ids of labelled texts, with the model's special tokens.
   *
   * @param labels class of each text, from 0
   */
  public TokenizedSet encode(List<String> texts, int[] labels) {
    int[][] ids =
        texts.stream()
            .map(text -> Arrays.stream(tokenizer.encode(text).getIds()))
            .map(tokens -> tokens.mapToInt(Math::toIntExact).toArray())
            .toArray(int[][]::new);
    return new TokenizedSet(ids, labels);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
