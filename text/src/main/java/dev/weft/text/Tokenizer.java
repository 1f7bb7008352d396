package dev.weft.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Turns texts into token ids and back. Texts are cut to a length when asked and never padded, which
 * is a matter of batches. Safe for concurrent use.
 */
public final class Tokenizer implements AutoCloseable {
  private static final Map<String, String> NEITHER_CUT_NOR_PAD =
      Map.of("truncation", "false", "padding", "false");

  private final HuggingFaceTokenizer tokenizer;
  private final TokenizerDefinition definition;
  private final int maxTokens;
  private final int[] before;
  private final int[] after;

  private Tokenizer(HuggingFaceTokenizer tokenizer, TokenizerDefinition definition, int maxTokens) {
    this.tokenizer = tokenizer;
    this.definition = definition;
    this.maxTokens = maxTokens;
    this.before = unboxed(definition.frame().before());
    this.after = unboxed(definition.frame().after());
  }

  /**
   * @param definition its own truncation and padding are overridden
   * @param maxTokens longest sequence, special tokens included
   * @throws WeftException if the definition is malformed
   */
  public static Tokenizer open(TokenizerDefinition definition, int maxTokens) {
    try (InputStream json =
        new ByteArrayInputStream(definition.json().getBytes(StandardCharsets.UTF_8))) {
      return new Tokenizer(
          HuggingFaceTokenizer.newInstance(json, NEITHER_CUT_NOR_PAD), definition, maxTokens);
    } catch (IOException | RuntimeException e) {
      throw new WeftException(
          Problem.BAD_CHECKPOINT,
          Text.format(
              "%s: is not a tokenizer that Weft can read (%s); download or export it again",
              definition.source(), e.getMessage()),
          e);
    }
  }

  public TokenizerDefinition definition() {
    return definition;
  }

  /** Longest sequence, in tokens. */
  public int maxTokens() {
    return maxTokens;
  }

  /** The tokens that mean no text. */
  public SpecialTokens special() {
    return definition.special();
  }

  /** The ids of a text as it stands; special tokens written in it count as such. Uncut. */
  public int[] encode(String text) {
    return ids(text);
  }

  /**
   * The ids of a whole text as the model wants it, between the special tokens the model puts around
   * a text; cut so that these remain.
   */
  public int[] encodeWhole(String text) {
    int[] plain = ids(text);
    int room = Math.max(0, maxTokens - before.length - after.length);
    return Stream.of(before, Arrays.copyOf(plain, Math.min(room, plain.length)), after)
        .flatMapToInt(Arrays::stream)
        .limit(maxTokens)
        .toArray();
  }

  /**
   * The ids of the beginning of a text: after the special tokens the model puts before a text,
   * unless it is written with them. Uncut.
   */
  public int[] encodePrompt(String text) {
    int[] plain = encode(text);
    boolean begun =
        plain.length >= before.length && Arrays.equals(before, Arrays.copyOf(plain, before.length));
    return begun ? plain : Stream.of(before, plain).flatMapToInt(Arrays::stream).toArray();
  }

  /** The text of these ids without special tokens; bytes that are no UTF-8 show as U+FFFD. */
  public String decode(int[] ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  /**
   * Token ids of labelled texts, with the model's special tokens.
   *
   * @param labels class of each text, from 0
   */
  public TokenizedSet encode(List<String> texts, int[] labels) {
    return TokenizedSet.classified(
        texts.stream().map(this::encodeWhole).toArray(int[][]::new), labels);
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private int[] ids(String text) {
    int[] ids =
        Arrays.stream(tokenizer.encode(text, false, false).getIds())
            .mapToInt(Math::toIntExact)
            .toArray();
    for (int id : ids) {
      // The library numbers added tokens itself where a file leaves gaps.
      if (id > definition.last().id()) {
        throw new WeftException(
            Problem.BAD_CHECKPOINT,
            Text.format(
                "%s: makes the id %d of \"%s\", more than any token's; save the tokenizer again",
                definition.source(), id, decode(new int[] {id})));
      }
    }
    return ids;
  }

  private static int[] unboxed(List<Integer> ids) {
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }
}
