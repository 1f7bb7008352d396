package dev.weft.finetune.transformer;

import dev.weft.core.Text;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.text.TokenizedSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Examples side by side, padded at the end to one length; those of a lane lie together, lanes in
 * order.
 *
 * @param rows the examples
 * @param lanes in how many equal parts they are computed, each with losses and gradients of its own
 * @param length tokens of the longest example
 */
public record TokenBatch(List<Row> rows, int lanes, int length) {

  /**
   * One example of a set.
   *
   * @param weight what its loss counts for; 0 for a row that only fills its lane
   */
  public record Row(TokenizedSet set, int example, double weight) {

    int tokens() {
      return set.tokens(example);
    }

    /** The example as the set it comes from knows it. */
    TokenizedSet.Example own() {
      return set.example(example);
    }
  }

  public TokenBatch {
    rows = List.copyOf(rows);
    if (rows.isEmpty() || rows.size() % lanes != 0) {
      throw new IllegalArgumentException(
          Text.format("rows: %d cannot be %d equal lanes", rows.size(), lanes));
    }
  }

  public static TokenBatch of(List<Row> rows, int lanes) {
    return new TokenBatch(rows, lanes, rows.stream().mapToInt(Row::tokens).max().orElseThrow());
  }

  /** One lane of examples of one set. */
  public static TokenBatch of(TokenizedSet set, int[] examples) {
    return of(lane(set, examples, examples.length).toList(), 1);
  }

  /** The same rows, every one a lane of its own, for gradients per example. */
  public TokenBatch perExample() {
    return new TokenBatch(
        rows.stream()
            .map(row -> new Row(row.set(), row.example(), row.weight() > 0 ? 1 : 0))
            .toList(),
        rows.size(),
        length);
  }

  /**
   * The rows of one lane: examples that count the same, together 1, and as many that count nothing
   * as make the lane as wide as the others.
   */
  public static Stream<Row> lane(TokenizedSet set, int[] examples, int width) {
    double weight = 1.0 / examples.length;
    return IntStream.range(0, width)
        .mapToObj(
            row ->
                row < examples.length
                    ? new Row(set, examples[row], weight)
                    : new Row(set, examples[0], 0));
  }

  /** Rows of one lane. */
  public int laneWidth() {
    return rows.size() / lanes;
  }

  public int examples() {
    return rows.size();
  }

  /** Rows of a block's input, padding included. */
  public int paddedTokens() {
    return rows.size() * length;
  }

  /** Tokens of the example in this row. */
  public int tokens(int row) {
    return rows.get(row).tokens();
  }

  /** Token ids [examples * length], padding 0. */
  long[] ids() {
    long[] ids = new long[paddedTokens()];
    for (int row = 0; row < rows.size(); row++) {
      for (int position = 0; position < tokens(row); position++) {
        ids[row * length + position] = token(row, position);
      }
    }
    return ids;
  }

  /** Places of all tokens in a block's input [tokens], padding left out. */
  NativeArray positions(Arena arena) {
    long[] positions =
        IntStream.range(0, rows.size())
            .mapToObj(
                row -> LongStream.range((long) row * length, (long) row * length + tokens(row)))
            .flatMapToLong(places -> places)
            .toArray();
    return arena.longs(positions, positions.length);
  }

  /** Token at a position of the example in this row. */
  public int token(int row, int position) {
    return rows.get(row).set().token(rows.get(row).example(), position);
  }
}
