package dev.weft.finetune.text;

import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;

/** Random examples for tests. */
public final class TokenizedSets {
  private TokenizedSets() {}

  /** Examples of 2 to {@code longest} random tokens. */
  public static TokenizedSet random(
      int examples, int longest, int vocabulary, int classes, long seed) {
    SeededRandom random = new Seed(seed).random();
    int[][] ids = new int[examples][];
    int[] labels = new int[examples];
    for (int example = 0; example < examples; example++) {
      ids[example] = new int[2 + random.nextInt(longest - 1)];
      for (int i = 0; i < ids[example].length; i++) {
        ids[example][i] = random.nextInt(vocabulary);
      }
      labels[example] = random.nextInt(classes);
    }
    return new TokenizedSet(ids, labels);
  }
}
