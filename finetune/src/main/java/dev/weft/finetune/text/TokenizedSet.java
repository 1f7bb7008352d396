package dev.weft.finetune.text;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Labelled examples as token ids, unpadded; immutable. */
public final class TokenizedSet {
  private final int[][] ids;
  private final int[] labels;
  private final List<TokenizedSet> parts;

  /** Takes ownership of the ids. */
  TokenizedSet(int[][] ids, int[] labels) {
    this(ids, labels, List.of());
  }

  private TokenizedSet(int[][] ids, int[] labels, List<TokenizedSet> parts) {
    if (ids.length != labels.length) {
      throw new IllegalArgumentException(
          "labels: %d for %d texts".formatted(labels.length, ids.length));
    }
    if (ids.length == 0) {
      throw new WeftException(Problem.BAD_DATA, "a data set is empty; give it examples");
    }
    this.ids = ids;
    this.labels = labels.clone();
    this.parts = parts;
  }

  /** All examples of several sets, one set after the other; nothing is copied but labels. */
  public static TokenizedSet concatenation(Collection<TokenizedSet> parts) {
    return new TokenizedSet(
        parts.stream().flatMap(part -> Arrays.stream(part.ids)).toArray(int[][]::new),
        parts.stream().flatMapToInt(part -> Arrays.stream(part.labels)).toArray(),
        List.copyOf(parts));
  }

  /** The sets this one is put together from; empty for a set of its own. */
  public List<TokenizedSet> parts() {
    return parts;
  }

  /** Tokens of the largest part, or of the set itself if it has none. */
  public long largestPartTokens() {
    return parts.isEmpty()
        ? totalTokens()
        : parts.stream().mapToLong(TokenizedSet::largestPartTokens).max().getAsLong();
  }

  /** Number of examples. */
  public int size() {
    return ids.length;
  }

  /** Number of tokens of an example, special tokens included. */
  public int tokens(int example) {
    return ids[example].length;
  }

  public int token(int example, int position) {
    return ids[example][position];
  }

  /** Class of an example, from 0. */
  public int label(int example) {
    return labels[example];
  }

  /** Number of tokens of all examples. */
  public long totalTokens() {
    long total = 0;
    for (int[] example : ids) {
      total += example.length;
    }
    return total;
  }
}
