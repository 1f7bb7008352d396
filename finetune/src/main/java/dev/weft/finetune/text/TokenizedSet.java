package dev.weft.finetune.text;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;

/** Labelled examples as token ids, unpadded; immutable. */
public final class TokenizedSet {
  private final int[][] ids;
  private final int[] labels;

  /** Takes ownership of the ids. */
  TokenizedSet(int[][] ids, int[] labels) {
    if (ids.length != labels.length) {
      throw new IllegalArgumentException(
          "labels: %d for %d texts".formatted(labels.length, ids.length));
    }
    if (ids.length == 0) {
      throw new WeftException(Problem.BAD_DATA, "a data set is empty; give it examples");
    }
    this.ids = ids;
    this.labels = labels.clone();
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
