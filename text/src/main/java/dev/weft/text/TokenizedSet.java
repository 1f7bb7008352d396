package dev.weft.text;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/**
 * Examples as token ids, unpadded; immutable. Either each example has a class, or each is a text to
 * continue: a prompt, whose tokens are read, and after it the tokens that are learnt.
 */
public final class TokenizedSet {

  private enum Task {
    CLASSIFICATION,
    CONTINUATION
  }

  private final Task task;
  private final int[][] ids;
  private final int[] targets;
  private final List<TokenizedSet> parts;

  /** An example of a set. */
  public record Example(TokenizedSet set, int index) {}

  /**
   * @param targets per example its class, or the number of its prompt tokens
   */
  private TokenizedSet(Task task, int[][] ids, int[] targets, List<TokenizedSet> parts) {
    if (ids.length != targets.length) {
      throw new IllegalArgumentException(
          Text.format("targets: %d for %d examples", targets.length, ids.length));
    }
    if (ids.length == 0) {
      throw new WeftException(Problem.BAD_DATA, "a data set is empty; give it examples");
    }
    this.task = task;
    this.ids = ids;
    this.targets = targets.clone();
    this.parts = parts;
  }

  /**
   * Examples to classify. Takes ownership of the ids.
   *
   * @param classes per example, from 0
   */
  public static TokenizedSet classified(int[][] ids, int[] classes) {
    return new TokenizedSet(Task.CLASSIFICATION, ids, classes, List.of());
  }

  /**
   * Texts to continue. Takes ownership of the ids.
   *
   * @param promptTokens per example how many of its first tokens are only read; may be 0, though
   *     the very first token has nothing before it to be foretold from
   */
  public static TokenizedSet continued(int[][] ids, int[] promptTokens) {
    TokenizedSet set = new TokenizedSet(Task.CONTINUATION, ids, promptTokens, List.of());
    for (int example = 0; example < ids.length; example++) {
      if (promptTokens[example] < 0 || set.targetTokens(example) < 1) {
        throw new IllegalArgumentException(
            Text.format(
                "promptTokens: %d of the %d tokens of example %d leave nothing to learn",
                promptTokens[example], ids[example].length, example));
      }
    }
    return set;
  }

  /** All examples of several sets of one task, one set after the other; no token is copied. */
  public static TokenizedSet concatenation(Collection<TokenizedSet> parts) {
    List<Task> tasks = parts.stream().map(part -> part.task).distinct().toList();
    if (tasks.size() > 1) {
      throw new IllegalArgumentException("parts: have different tasks");
    }
    return new TokenizedSet(
        tasks.isEmpty() ? Task.CLASSIFICATION : tasks.get(0),
        parts.stream().flatMap(part -> Arrays.stream(part.ids)).toArray(int[][]::new),
        parts.stream().flatMapToInt(part -> Arrays.stream(part.targets)).toArray(),
        List.copyOf(parts));
  }

  /** An example as the set it comes from knows it, where this one is put together from others. */
  public Example example(int index) {
    int left = index;
    for (TokenizedSet part : parts) {
      if (left < part.size()) {
        return part.example(left);
      }
      left -= part.size();
    }
    return new Example(this, index);
  }

  /** Tokens of the longest example. */
  public int longest() {
    return Arrays.stream(ids).mapToInt(example -> example.length).max().orElseThrow();
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

  /** Class of an example, from 0. Only examples to classify have one. */
  public int label(int example) {
    require(Task.CLASSIFICATION);
    return targets[example];
  }

  /** How many first tokens of an example are only read. Only texts to continue have a prompt. */
  public int promptTokens(int example) {
    require(Task.CONTINUATION);
    return targets[example];
  }

  /** How many tokens of a text to continue are learnt: those after its prompt and its first. */
  public int targetTokens(int example) {
    return tokens(example) - Math.max(1, promptTokens(example));
  }

  /** Over all that training on these examples depends on. */
  public Digest digest() {
    Digest.Builder digest = Digest.builder().add(task.name());
    for (int example = 0; example < ids.length; example++) {
      ByteBuffer numbers = ByteBuffer.allocate(Integer.BYTES * (ids[example].length + 1));
      numbers.asIntBuffer().put(ids[example]).put(targets[example]);
      digest.add(numbers);
    }
    return digest.build();
  }

  /** Number of tokens of all examples. */
  public long totalTokens() {
    long total = 0;
    for (int[] example : ids) {
      total += example.length;
    }
    return total;
  }

  private void require(Task needed) {
    if (task != needed) {
      throw new IllegalStateException("these examples are for " + task + ", not " + needed);
    }
  }

  /**
   * All examples, each in one batch with others of its length, so that no batch needs padding; a
   * function of the set alone.
   *
   * @param mostOf examples of a batch, by their length
   */
  public List<int[]> batchesOfOneLength(IntUnaryOperator mostOf) {
    Map<Integer, List<Integer>> byLength = new TreeMap<>();
    for (int example = 0; example < size(); example++) {
      byLength.computeIfAbsent(tokens(example), length -> new ArrayList<>()).add(example);
    }
    List<int[]> batches = new ArrayList<>();
    for (List<Integer> sameLength : byLength.values()) {
      int most = mostOf.applyAsInt(tokens(sameLength.get(0)));
      for (int from = 0; from < sameLength.size(); from += most) {
        batches.add(
            sameLength.subList(from, Math.min(from + most, sameLength.size())).stream()
                .mapToInt(Integer::intValue)
                .toArray());
      }
    }
    return batches;
  }
}
