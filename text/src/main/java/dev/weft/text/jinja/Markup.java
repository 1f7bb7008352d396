package dev.weft.text.jinja;

/** Text that is HTML already; what joins it by {@code +} is escaped. */
record Markup(String text) {

  static Markup escaped(Object value) {
    if (value instanceof Markup markup) {
      return markup;
    }
    return new Markup(escape(Written.text(value)));
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }
}
