package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The filters that make numbers or write them. */
final class NumberFilters {
  private static final List<String> DECIMAL =
      List.of("kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB");
  private static final List<String> BINARY =
      List.of("KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB");
  private static final Pattern REAL =
      Pattern.compile("[-+]?(\\d+(_\\d+)*\\.?(\\d+(_\\d+)*)?|\\.\\d+(_\\d+)*)([eE][-+]?\\d+)?");
  private static final int TEN = 10;

  /** Further digits than any number has. */
  private static final int MOST_DIGITS = 400;

  private NumberFilters() {}

  static Optional<Filter> find(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "int" ->
              (value, arguments) -> integer(value, arguments.bind(name, "default", "base"));
          case "float" ->
              (value, arguments) ->
                  real(value)
                      .map(Object.class::cast)
                      .orElseGet(() -> arguments.bind(name, "default").or("default", 0.0));
          case "abs" -> (value, none) -> absolute(value);
          case "round" ->
              (value, arguments) -> rounded(value, arguments.bind(name, "precision", "method"));
          case "filesizeformat" ->
              (value, arguments) -> size(value, arguments.bind(name, "binary").isTrue("binary"));
          default -> null;
        });
  }

  private static Object integer(Object value, Arguments.Bound bound) {
    if (value instanceof Undefined undefined) {
      throw undefined.complaint();
    }
    Object plain = Values.numberOrText(value);
    if (plain instanceof Long) {
      return plain;
    }
    if (plain instanceof String text) {
      Optional<Long> whole = whole(text, (int) bound.number("base", TEN));
      if (whole.isPresent()) {
        return whole.get();
      }
    }
    return real(value)
        .filter(number -> Math.abs(number) < Long.MAX_VALUE)
        .map(number -> (Object) number.longValue())
        .orElseGet(() -> bound.or("default", 0L));
  }

  private static Optional<Long> whole(String text, int base) {
    String digits = TextMethods.strip(text, Optional.empty(), true, true);
    boolean negative = digits.startsWith("-");
    digits = digits.replaceFirst("^[-+]", "");
    String prefix = base == 2 ? "0[bB]" : base == 8 ? "0[oO]" : base == 16 ? "0[xX]" : "";
    digits = digits.replaceFirst("^" + prefix + "_?", "");
    if (base < 2 || base > 36 || !digits.matches("[0-9a-zA-Z]+(_[0-9a-zA-Z]+)*")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Long.parseLong((negative ? "-" : "") + digits.replace("_", ""), base));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** As {@code float()} reads it; empty where it cannot. */
  private static Optional<Double> real(Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.complaint();
    }
    Object plain = Values.numberOrText(value);
    if (plain instanceof Number number) {
      return Optional.of(number.doubleValue());
    }
    if (!(plain instanceof String text)) {
      return Optional.empty();
    }
    String number = TextMethods.strip(text, Optional.empty(), true, true);
    if (REAL.matcher(number).matches()) {
      return Optional.of(Double.parseDouble(number.replace("_", "")));
    }
    return switch (Letters.lower(number).replaceFirst("^[-+]", "")) {
      case "nan" -> Optional.of(Double.NaN);
      case "inf", "infinity" ->
          Optional.of(number.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
      default -> Optional.empty();
    };
  }

  private static Object absolute(Object value) {
    Object number = Values.numberOrText(value);
    if (number instanceof Long whole) {
      return Math.abs(whole);
    }
    if (number instanceof Double real) {
      return Math.abs(real);
    }
    throw needsNumber("abs", value);
  }

  private static Object rounded(Object value, Arguments.Bound bound) {
    if (!(Values.numberOrText(value) instanceof Number number)) {
      throw needsNumber("round", value);
    }
    int digits = (int) Math.max(-MOST_DIGITS, Math.min(MOST_DIGITS, bound.number("precision", 0)));
    String method = bound.text("method", "common");
    double scale = Math.pow(TEN, digits);
    return switch (method) {
      case "common" -> {
        BigDecimal exact =
            number instanceof Long whole
                ? BigDecimal.valueOf(whole)
                : new BigDecimal(number.doubleValue());
        BigDecimal rounded = exact.setScale(digits, RoundingMode.HALF_EVEN);
        yield number instanceof Long
            ? (Object) rounded.longValue()
            : (Object) rounded.doubleValue();
      }
      case "ceil" ->
          Operators.apply("/", (long) Math.ceil(number.doubleValue() * scale), scale(digits));
      case "floor" ->
          Operators.apply("/", (long) Math.floor(number.doubleValue() * scale), scale(digits));
      default -> throw new JinjaException("the method of round is common, ceil or floor");
    };
  }

  private static Object scale(int digits) {
    return Operators.apply("**", (long) TEN, (long) digits);
  }

  private static String size(Object value, boolean binary) {
    double bytes = real(value).orElseThrow(() -> needsNumber("filesizeformat", value));
    int base = binary ? 1024 : 1000;
    if (bytes == 1) {
      return "1 Byte";
    }
    if (bytes < base) {
      return (long) bytes + " Bytes";
    }
    List<String> prefixes = binary ? BINARY : DECIMAL;
    int step = 0;
    double unit = base;
    while (step < prefixes.size() - 1 && bytes >= unit * base) {
      unit *= base;
      step++;
    }
    return FormatSpec.ofBraces(".1f").real(bytes / unit) + " " + prefixes.get(step);
  }

  private static JinjaException needsNumber(String filter, Object value) {
    return value instanceof Undefined undefined
        ? undefined.complaint()
        : new JinjaException(
            Text.format("the filter %s needs a number, not %s", filter, Written.repr(value)));
  }
}
