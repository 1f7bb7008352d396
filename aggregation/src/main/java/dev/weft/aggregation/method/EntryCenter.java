package dev.weft.aggregation.method;

import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.UpdateSum;
import java.util.Arrays;
import java.util.List;
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
  public double[] center(UpdateSum sum, List<ClientUpdate> each) {
    double[] difference = new double[each.get(0).entries()];
    double[] values = new double[each.size()];
    for (int position = 0; position < difference.length; position++) {
      for (int client = 0; client < values.length; client++) {
        values[client] = sum.entry(each.get(client), position);
      }
      Arrays.sort(values);
      difference[position] = rule.applyAsDouble(values);
    }
    return difference;
  }
}
