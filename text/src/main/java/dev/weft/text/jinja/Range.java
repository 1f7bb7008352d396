package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.util.ArrayList;
import java.util.List;

/** The whole numbers from one to before another. */
record Range(long from, long to, long step) {
  /** As in jinja2's sandbox. */
  private static final int LONGEST = 100_000;

  Range {
    if (step == 0) {
      throw new JinjaException("range() goes by steps of 0");
    }
    if (Math.abs((double) to - from) / Math.abs((double) step) > LONGEST) {
      throw new JinjaException(Text.format("range is longer than %d", LONGEST));
    }
  }

  static Range of(Arguments arguments) {
    List<Object> given = arguments.positional();
    if (given.isEmpty() || given.size() > 3 || !arguments.named().isEmpty()) {
      throw new JinjaException("range() needs one to three whole numbers");
    }
    long[] numbers = given.stream().mapToLong(number -> Values.index("range()", number)).toArray();
    return new Range(
        numbers.length > 1 ? numbers[0] : 0,
        numbers[Math.min(1, numbers.length - 1)],
        numbers.length > 2 ? numbers[2] : 1);
  }

  List<Object> items() {
    List<Object> items = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      items.add(i);
    }
    return items;
  }
}
