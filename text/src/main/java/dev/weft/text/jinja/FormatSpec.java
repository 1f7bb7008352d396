package dev.weft.text.jinja;

import dev.weft.core.Text;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a value is written into a field, in Python's two ways of formatting.
 *
 * @param fill what fills the field
 * @param align {@code <}, {@code >}, {@code ^} or {@code =} (between sign and digits); 0 for the
 *     type's own
 * @param sign {@code +}, a space or {@code -}
 * @param alternate whether the base of a number shows
 * @param width of the field
 * @param grouping between thousands, or 0
 * @param precision -1 for the type's own
 * @param type 0 for the value's own
 */
record FormatSpec(
    String fill,
    char align,
    char sign,
    boolean alternate,
    int width,
    char grouping,
    int precision,
    char type) {
  private static final Pattern BRACES =
      Pattern.compile(
          "(?:(?<fill>.)?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<alternate>#)?(?<zero>0)?"
              + "(?<width>\\d{1,6})?(?<grouping>[,_])?(?:\\.(?<precision>\\d{1,4}))?"
              + "(?<type>[bcdeEfFgGnosxX%])?",
          Pattern.DOTALL);
  private static final int USUAL_PRECISION = 6;

  /** Digits. */
  private static final int THOUSAND = 3;

  /** The part of {@code {name:spec}} after the colon. */
  static FormatSpec ofBraces(String spec) {
    Matcher matcher = BRACES.matcher(spec);
    if (!matcher.matches()) {
      throw new JinjaException(Text.format("the format \"%s\" is not known", spec));
    }
    boolean zero = matcher.group("zero") != null;
    String fill = matcher.group("fill");
    return new FormatSpec(
        fill != null ? fill : zero ? "0" : " ",
        letter(matcher.group("align"), zero ? '=' : 0),
        letter(matcher.group("sign"), '-'),
        matcher.group("alternate") != null,
        number(matcher.group("width"), 0),
        letter(matcher.group("grouping"), (char) 0),
        number(matcher.group("precision"), -1),
        letter(matcher.group("type"), (char) 0));
  }

  FormatSpec typed(char other) {
    return new FormatSpec(fill, align, sign, alternate, width, grouping, precision, other);
  }

  private static char letter(String group, int otherwise) {
    return group == null ? (char) otherwise : group.charAt(0);
  }

  static int number(String group, int otherwise) {
    return group == null ? otherwise : Integer.parseInt(group);
  }

  String text(String value) {
    long letters = value.codePointCount(0, value.length());
    String cut =
        precision >= 0 && letters > precision
            ? value.substring(0, value.offsetByCodePoints(0, precision))
            : value;
    return padded("", cut, '<');
  }

  String integer(long value) {
    return switch (type) {
      case 0, 'd', 'n' -> numeric(value < 0, grouped(Long.toString(value).replace("-", "")));
      case 'x' -> based(value, 16, "0x");
      case 'X' -> Letters.upper(based(value, 16, "0x"));
      case 'o' -> based(value, 8, "0o");
      case 'b' -> based(value, 2, "0b");
      case 'c' -> padded("", letter(value), '<');
      default -> real((double) value);
    };
  }

  static String letter(long code) {
    if (code < 0 || code > Character.MAX_CODE_POINT) {
      throw new JinjaException(Text.format("%d is no letter's number", code));
    }
    return Character.toString((int) code);
  }

  private String based(long value, int base, String prefix) {
    String digits = Long.toString(value, base).replace("-", "");
    return numeric(value < 0, (alternate ? prefix : "") + digits);
  }

  String real(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return numeric(value < 0, Double.isNaN(value) ? "nan" : "inf");
    }
    boolean negative = value < 0 || (value == 0 && 1 / value < 0);
    BigDecimal magnitude = new BigDecimal(Math.abs(value));
    int digits = precision < 0 ? USUAL_PRECISION : precision;
    return switch (type) {
      case 'f', 'F' -> numeric(negative, grouped(fixed(magnitude, digits)));
      case '%' ->
          numeric(negative, grouped(fixed(new BigDecimal(Math.abs(value) * 100), digits)) + "%");
      case 'e' -> numeric(negative, scientific(magnitude, digits));
      case 'E' -> numeric(negative, Letters.upper(scientific(magnitude, digits)));
      case 'g', 'n' -> numeric(negative, grouped(general(magnitude, digits)));
      case 'G' -> numeric(negative, Letters.upper(general(magnitude, digits)));
      case 0 ->
          numeric(
              negative,
              grouped(precision < 0 ? Written.real(Math.abs(value)) : pointed(magnitude, digits)));
      default -> throw new JinjaException(Text.format("a number is formatted as '%c'", type));
    };
  }

  private static String fixed(BigDecimal magnitude, int digits) {
    return magnitude.setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String scientific(BigDecimal magnitude, int digits) {
    BigDecimal rounded = magnitude.round(new MathContext(digits + 1, RoundingMode.HALF_EVEN));
    int exponent = magnitude.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
    String mantissa =
        rounded.movePointLeft(exponent).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    return mantissa + (exponent < 0 ? "e-" : "e+") + Text.format("%02d", Math.abs(exponent));
  }

  private static String general(BigDecimal magnitude, int precision) {
    int digits = Math.max(1, precision);
    if (magnitude.signum() == 0) {
      return "0";
    }
    BigDecimal rounded = magnitude.round(new MathContext(digits, RoundingMode.HALF_EVEN));
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent < -4 || exponent >= digits) {
      return scientificWithoutZeros(magnitude, digits);
    }
    return rounded.stripTrailingZeros().toPlainString();
  }

  private static String scientificWithoutZeros(BigDecimal magnitude, int digits) {
    String written = scientific(magnitude, digits - 1);
    int e = written.indexOf('e');
    String mantissa = written.substring(0, e);
    return (mantissa.contains(".") ? mantissa.replaceAll("\\.?0+$", "") : mantissa)
        + written.substring(e);
  }

  /** As {@code general}, but a whole number keeps a digit behind its point. */
  private static String pointed(BigDecimal magnitude, int precision) {
    String written = general(magnitude, precision);
    if (written.contains(".") || written.contains("e")) {
      return written;
    }
    return written.length() < precision
        ? written + ".0"
        : scientificWithoutZeros(magnitude, precision);
  }

  /** Marks thousands before the point. */
  /** With a mark between thousands, if one is asked for. */
  private String grouped(String number) {
    if (grouping == 0) {
      return number;
    }
    int end = number.indexOf('.') < 0 ? number.length() : number.indexOf('.');
    StringBuilder grouped = new StringBuilder(number);
    for (int at = end - THOUSAND; at > 0; at -= THOUSAND) {
      grouped.insert(at, grouping);
    }
    return grouped.toString();
  }

  private String numeric(boolean negative, String magnitude) {
    return padded(negative ? "-" : sign == '-' ? "" : Character.toString(sign), magnitude, '>');
  }

  private String padded(String sign, String content, char usual) {
    char alignment = align == 0 ? usual : align;
    long missing = Math.max(0, width - Values.length(sign) - Values.length(content));
    return switch (alignment) {
      case '<' -> sign + content + Written.repeated(fill, missing);
      case '^' ->
          Written.repeated(fill, missing / 2)
              + sign
              + content
              + Written.repeated(fill, missing - missing / 2);
      case '=' -> sign + Written.repeated(fill, missing) + content;
      default -> Written.repeated(fill, missing) + sign + content;
    };
  }
}
