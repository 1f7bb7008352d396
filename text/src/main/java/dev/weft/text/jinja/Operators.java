package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.util.ArrayList;
import java.util.List;

/** What Python's operators do with two values. */
final class Operators {
  private Operators() {}

  static Object apply(String sign, Object left, Object right) {
    if (sign.equals("~")) {
      return Written.joined(Written.text(left), Written.text(right));
    }
    if (sign.equals("%") && Values.numberOrText(left) instanceof String pattern) {
      return PercentFormat.apply(pattern, right);
    }
    Object a = left instanceof Boolean ? Values.numberOrText(left) : left;
    Object b = right instanceof Boolean ? Values.numberOrText(right) : right;
    if (a instanceof Long x && b instanceof Long y && !sign.equals("/")) {
      return integer(sign, x, y);
    }
    if (a instanceof Number x && b instanceof Number y) {
      return real(sign, x.doubleValue(), y.doubleValue());
    }
    return switch (sign) {
      case "+" -> sum(a, b);
      case "*" -> b instanceof Long times ? repeated(a, times) : repeated(b, a);
      default -> throw Values.unfit("joined by " + sign, left, right);
    };
  }

  static Object negative(Object value) {
    if (value instanceof Double real) {
      return -real;
    }
    return apply("-", 0L, value);
  }

  private static Object sum(Object a, Object b) {
    if (a instanceof String x && b instanceof String y) {
      return Written.joined(x, y);
    }
    boolean texts =
        (a instanceof Markup || a instanceof String)
            && (b instanceof Markup || b instanceof String);
    if (texts) {
      return new Markup(Written.joined(Markup.escaped(a).text(), Markup.escaped(b).text()));
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      return Values.joined(x, y);
    }
    if (a instanceof Tuple x && b instanceof Tuple y) {
      return Tuple.of(Values.joined(x.items(), y.items()));
    }
    throw Values.unfit("joined by +", a, b);
  }

  private static Object repeated(Object value, Object times) {
    if (!(times instanceof Long count)) {
      throw Values.unfit("joined by *", value, times);
    }
    if (value instanceof String text) {
      return Written.repeated(text, count);
    }
    if (value instanceof List<?> list) {
      return manyTimes(list, count);
    }
    if (value instanceof Tuple tuple) {
      return Tuple.of(manyTimes(tuple.items(), count));
    }
    throw Values.unfit("joined by *", value, times);
  }

  private static List<Object> manyTimes(List<?> list, long times) {
    List<Object> all = new ArrayList<>();
    for (long i = 0; i < times && !list.isEmpty(); i++) {
      Values.requireSize((long) all.size() + list.size());
      all.addAll(list);
    }
    return all;
  }

  private static Object integer(String sign, long a, long b) {
    if (b == 0 && (sign.equals("//") || sign.equals("%"))) {
      throw byZero();
    }
    try {
      return switch (sign) {
        case "+" -> Math.addExact(a, b);
        case "-" -> Math.subtractExact(a, b);
        case "*" -> Math.multiplyExact(a, b);
        case "//" -> Math.floorDiv(a, b);
        case "%" -> Math.floorMod(a, b);
        case "**" -> b < 0 ? real(sign, (double) a, (double) b) : power(a, b);
        default -> throw unknown(sign);
      };
    } catch (ArithmeticException e) {
      throw new JinjaException("a whole number grows beyond 64 bits");
    }
  }

  private static Object power(long base, long exponent) {
    long result = 1;
    long square = base;
    for (long left = exponent; left > 0; left >>= 1) {
      result = (left & 1) == 1 ? Math.multiplyExact(result, square) : result;
      square = left > 1 ? Math.multiplyExact(square, square) : square;
    }
    return result;
  }

  private static double real(String sign, double a, double b) {
    if (b == 0 && (sign.equals("/") || sign.equals("//") || sign.equals("%"))) {
      throw byZero();
    }
    return switch (sign) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "//" -> Math.floor(a / b);
      case "%" -> {
        double rest = a % b;
        yield rest != 0 && rest < 0 != b < 0 ? rest + b : rest;
      }
      case "**" -> {
        if (a == 0 && b < 0) {
          throw byZero();
        }
        yield Math.pow(a, b);
      }
      default -> throw unknown(sign);
    };
  }

  private static JinjaException byZero() {
    return new JinjaException("a number is divided by zero");
  }

  private static JinjaException unknown(String sign) {
    return new JinjaException(Text.format("the operator %s is not known", sign));
  }
}
