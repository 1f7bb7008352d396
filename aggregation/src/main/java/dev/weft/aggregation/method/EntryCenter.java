package dev.weft.aggregation.method;

import dev.weft.core.update.StoredUpdates;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.IntUnaryOperator;
import java.util.function.ToDoubleFunction;

/**
 * A center taken entry by entry.
 *
 * @param rule the center of an entry's values, which come in rising order
 * @param borne of so many clients, how many the rule bears that send anything
 */
record EntryCenter(ToDoubleFunction<double[]> rule, IntUnaryOperator borne)
    implements RobustCenter {

  @Override
  public OptionalInt faultyBorne(int clients) {
    return OptionalInt.of(borne.applyAsInt(clients));
  }

  @Override
  public double[] center(StoredUpdates each) {
    double[] center = new double[each.entries()];
    double[] rising = new double[each.clients()];
    each.inBlocks(
        (from, values) -> {
          for (int i = 0; i < values[0].length; i++) {
            for (int client = 0; client < rising.length; client++) {
              rising[client] = values[client][i];
            }
            Arrays.sort(rising);
            center[from + i] = rule.applyAsDouble(rising);
          }
        });
    return center;
  }
}
