package dev.weft.core;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.Locale;

/**
 * Text that says the same on every machine. A machine reads most of what Weft writes (digests,
 * paths, actor names, wire, pages), so no text depends on the locale; the build refuses every
 * method of the platform that does.
 */
public final class Text {
  private Text() {}

  /** {@link String#format} with ASCII digits and a decimal point. */
  @FormatMethod
  public static String format(@FormatString String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
