package dev.weft.finetune.generation;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.task.LanguageModelling;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.Transformer;
import dev.weft.finetune.transformer.WeightChange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Continues a text token by token. Keys and values of earlier tokens are kept, so that each new
 * token passes the model alone.
 */
public final class Generator {
  private final Transformer transformer;
  private final Kernels kernels;
  private final LanguageModelling task;

  public Generator(Transformer transformer, Kernels kernels) {
    this.transformer = transformer;
    this.kernels = kernels;
    this.task = new LanguageModelling(kernels, transformer.frozen());
  }

  /**
   * Tokens that follow a prompt, without it and without the token that ended the text.
   *
   * @param prompt at least one token
   * @param most how many tokens to add at most; fewer where the model's positions end before
   * @param ends whether a token ends the text
   * @param listener hears every token as it is chosen; false ends the text
   * @throws WeftException if the prompt leaves no position for a token after it
   */
  public List<Integer> generate(
      WeightChange change,
      int[] prompt,
      int most,
      IntPredicate ends,
      Sampling sampling,
      IntPredicate listener) {
    if (prompt.length == 0) {
      throw new IllegalArgumentException("prompt: needs at least one token");
    }
    int positions = transformer.frozen().family().positions();
    if (prompt.length >= positions) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format(
              "the prompt has %d tokens where the model has positions for %d; shorten it",
              prompt.length, positions));
    }
    int room = Math.min(most, positions - prompt.length);
    List<Integer> generated = new ArrayList<>();
    Sampling.Chooser chooser = sampling.chooser();
    try (Arena arena = Arena.open()) {
      Transformer.Memory memory = transformer.memory(arena);
      int[] next = prompt;
      while (generated.size() < room) {
        int token = chooser.next(scores(memory, next, change));
        if (ends.test(token)) {
          break;
        }
        generated.add(token);
        if (!listener.test(token)) {
          break;
        }
        next = new int[] {token};
      }
    }
    return generated;
  }

  /** Scores of the token after the last of {@code tokens}, which join the memory. */
  private float[] scores(Transformer.Memory memory, int[] tokens, WeightChange change) {
    try (Arena scratch = Arena.open()) {
      NativeArray hidden =
          transformer.advance(
              scratch, memory, Arrays.stream(tokens).asLongStream().toArray(), change);
      NativeArray last = kernels.language().rows(scratch, hidden, tokens.length - 1, tokens.length);
      return task.scores(scratch, last).toFloats();
    }
  }
}
