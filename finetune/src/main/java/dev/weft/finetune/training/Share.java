package dev.weft.finetune.training;

import dev.weft.finetune.task.Task;
import dev.weft.finetune.transformer.TokenBatch;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Examples of one step that pass the model together, lane by lane. Neighbours in a batch are of
 * like length, so a share holds little padding.
 *
 * @param sets what each lane trains on
 * @param examples of each lane; a lane may have none, but not all of them
 */
record Share(List<TokenizedSet> sets, List<int[]> examples) {

  Share {
    sets = List.copyOf(sets);
    examples = List.copyOf(examples);
  }

  int lanes() {
    return examples.size();
  }

  /** Rows of a lane: its examples, and as many that count nothing as the longest lane has more. */
  int width() {
    return examples.stream().mapToInt(each -> each.length).max().getAsInt();
  }

  /** All rows, lane by lane, each lane with a loss of its own. */
  TokenBatch batch() {
    List<TokenBatch.Row> rows = new ArrayList<>();
    for (int lane = 0; lane < lanes(); lane++) {
      rows.addAll(lane(sets.get(lane), examples.get(lane)).toList());
    }
    return TokenBatch.of(rows, lanes());
  }

  private Stream<TokenBatch.Row> lane(TokenizedSet set, int[] own) {
    return own.length == 0
        ? Stream.generate(() -> new TokenBatch.Row(set, 0, 0)).limit(width())
        : TokenBatch.lane(set, own, width());
  }

  /**
   * What the mean loss of each lane's examples counts for in that of its whole batch.
   *
   * @param all how much the whole batch is asked, lane by lane
   */
  double[] weights(Task task, double[] all) {
    return IntStream.range(0, lanes())
        .mapToDouble(
            lane ->
                Arrays.stream(examples.get(lane)).map(example -> targets(task, lane, example)).sum()
                    / Math.max(1, all[lane]))
        .toArray();
  }

  /** The same of every single row; 0 for those that only fill their lane. */
  List<Double> rowWeights(Task task, double[] all) {
    List<Double> weights = new ArrayList<>();
    for (int lane = 0; lane < lanes(); lane++) {
      int[] own = examples.get(lane);
      for (int row = 0; row < width(); row++) {
        weights.add(row < own.length ? targets(task, lane, own[row]) / all[lane] : 0);
      }
    }
    return weights;
  }

  private int targets(Task task, int lane, int example) {
    return task.targets(sets.get(lane), example);
  }
}
