package dev.weft.text;

import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import java.util.stream.IntStream;

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
      ids[example] = ids(random, longest, vocabulary);
      labels[example] = random.nextInt(classes);
    }
    return TokenizedSet.classified(ids, labels);
  }

  /** Texts of 2 to {@code longest} random tokens, each with a prompt of any length, or none. */
  public static TokenizedSet texts(int examples, int longest, int vocabulary, long seed) {
    SeededRandom random = new Seed(seed).random();
    int[][] ids = new int[examples][];
    int[] prompts = new int[examples];
    for (int example = 0; example < examples; example++) {
      ids[example] = ids(random, longest, vocabulary);
      prompts[example] = random.nextInt(ids[example].length);
    }
    return TokenizedSet.continued(ids, prompts);
  }

  /** The ids of an example. */
  public static int[] ids(TokenizedSet set, int example) {
    return IntStream.range(0, set.tokens(example)).map(t -> set.token(example, t)).toArray();
  }

  private static int[] ids(SeededRandom random, int longest, int vocabulary) {
    int[] ids = new int[2 + random.nextInt(longest - 1)];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = random.nextInt(vocabulary);
    }
    return ids;
  }
}
