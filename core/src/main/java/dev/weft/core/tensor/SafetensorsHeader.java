package dev.weft.core.tensor;

import com.typesafe.config.ConfigUtil;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON header of a safetensors file. Reads exactly this grammar, without recursion and in
 * memory proportional to the text, so that no header from outside can do worse than be refused:
 *
 * <pre>{ "name": { "dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24] }, …,
 *   "__metadata__": { "key": "value", … } }</pre>
 *
 * @param metadata free text, in order
 * @param entries the tensors, in the order of the text
 */
record SafetensorsHeader(Map<String, String> metadata, List<Entry> entries) {
  private static final String METADATA = "__metadata__";
  private static final int MOST_DIMENSIONS = 8;

  /**
   * Where one tensor lies.
   *
   * @param begin first byte, counted from the end of the header
   * @param end byte after the last
   */
  record Entry(String name, String type, List<Integer> shape, long begin, long end) {}

  String toJson() {
    List<String> fields = new ArrayList<>();
    if (!metadata.isEmpty()) {
      List<String> pairs = new ArrayList<>();
      metadata.forEach((key, value) -> pairs.add(quote(key) + ":" + quote(value)));
      fields.add(quote(METADATA) + ":{" + String.join(",", pairs) + "}");
    }
    for (Entry entry : entries) {
      if (entry.name().equals(METADATA)) {
        throw new IllegalArgumentException("a tensor cannot be called " + METADATA);
      }
      fields.add(
          quote(entry.name())
              + ":{\"dtype\":"
              + quote(entry.type())
              + ",\"shape\":"
              + entry.shape()
              + ",\"data_offsets\":"
              + List.of(entry.begin(), entry.end())
              + "}");
    }
    return "{" + String.join(",", fields) + "}";
  }

  /**
   * @throws Malformed at the first character that does not follow the grammar
   */
  static SafetensorsHeader parse(String json) {
    return new Reader(json).header();
  }

  private static String quote(String text) {
    return ConfigUtil.quoteString(text);
  }

  /** What is wrong with a header, as the middle of a sentence. */
  static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Malformed(String what) {
      super(what);
    }
  }

  /** Walks through the text once. */
  private static final class Reader {
    private final String text;
    private int position;

    Reader(String text) {
      this.text = text;
    }

    SafetensorsHeader header() {
      Map<String, String> metadata = new LinkedHashMap<>();
      Map<String, Entry> entries = new LinkedHashMap<>();
      boolean metadataSeen = false;
      for (Keys keys = new Keys(); keys.hasNext(); ) {
        String name = keys.next();
        if (name.isEmpty()) {
          throw new Malformed("leaves a tensor without a name");
        }
        if (name.equals(METADATA) && !metadataSeen) {
          metadataSeen = true;
          metadata = metadata();
        } else if (name.equals(METADATA) || entries.put(name, entry(name)) != null) {
          throw new Malformed("names %s twice".formatted(name));
        }
      }
      skipBlanks();
      if (position < text.length()) {
        throw unexpected();
      }
      return new SafetensorsHeader(metadata, List.copyOf(entries.values()));
    }

    private Map<String, String> metadata() {
      Map<String, String> metadata = new LinkedHashMap<>();
      for (Keys keys = new Keys(); keys.hasNext(); ) {
        String key = keys.next();
        metadata.put(key, string());
      }
      return metadata;
    }

    private Entry entry(String name) {
      String type = null;
      List<Long> shape = null;
      List<Long> offsets = null;
      for (Keys keys = new Keys(); keys.hasNext(); ) {
        String field = keys.next();
        switch (field) {
          case "dtype" -> type = string();
          case "shape" -> shape = numbers(MOST_DIMENSIONS);
          case "data_offsets" -> offsets = numbers(2);
          default -> throw new Malformed("gives %s the unknown field %s".formatted(name, field));
        }
      }
      if (type == null || shape == null || offsets == null || offsets.size() != 2) {
        throw new Malformed("does not give %s dtype, shape and two data_offsets".formatted(name));
      }
      if (shape.stream().anyMatch(dimension -> dimension > Integer.MAX_VALUE)) {
        throw new Malformed("gives %s the shape %s".formatted(name, shape));
      }
      return new Entry(
          name,
          type,
          shape.stream().map(Math::toIntExact).toList(),
          offsets.get(0),
          offsets.get(1));
    }

    private List<Long> numbers(int most) {
      List<Long> numbers = new ArrayList<>();
      expect('[');
      if (!accept(']')) {
        do {
          if (numbers.size() == most) {
            throw new Malformed("lists more than %d numbers".formatted(most));
          }
          numbers.add(number());
        } while (accept(','));
        expect(']');
      }
      return numbers;
    }

    private long number() {
      skipBlanks();
      int start = position;
      while (position < text.length() && isDigit(text.charAt(position))) {
        position++;
      }
      if (position == start) {
        throw unexpected();
      }
      try {
        return Long.parseLong(text, start, position, 10);
      } catch (NumberFormatException e) {
        throw new Malformed("holds a number of %d digits".formatted(position - start));
      }
    }

    private String string() {
      expect('"');
      StringBuilder value = new StringBuilder();
      while (true) {
        char c = take();
        if (c == '"') {
          return value.toString();
        }
        value.append(c == '\\' ? escaped() : c);
      }
    }

    private char escaped() {
      char c = take();
      return switch (c) {
        case '"', '\\', '/' -> c;
        case 'b' -> '\b';
        case 'f' -> '\f';
        case 'n' -> '\n';
        case 'r' -> '\r';
        case 't' -> '\t';
        case 'u' -> (char) (hex() << 12 | hex() << 8 | hex() << 4 | hex());
        default -> throw new Malformed("holds the unknown escape \\" + c);
      };
    }

    private int hex() {
      int digit = Character.digit(take(), 16);
      if (digit < 0) {
        throw new Malformed("holds a broken \\u escape");
      }
      return digit;
    }

    private char take() {
      if (position == text.length()) {
        throw unexpected();
      }
      return text.charAt(position++);
    }

    private void expect(char wanted) {
      if (!accept(wanted)) {
        throw unexpected();
      }
    }

    private boolean accept(char wanted) {
      skipBlanks();
      boolean found = position < text.length() && text.charAt(position) == wanted;
      if (found) {
        position++;
      }
      return found;
    }

    private void skipBlanks() {
      while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
        position++;
      }
    }

    private Malformed unexpected() {
      return new Malformed(
          position == text.length()
              ? "ends too early"
              : "has an unexpected '%s' at character %d"
                  .formatted(text.charAt(position), position + 1));
    }

    private static boolean isDigit(char c) {
      return c >= '0' && c <= '9';
    }

    /** The keys of one object; whoever takes a key reads its value before asking for the next. */
    private final class Keys implements Iterator<String> {
      private boolean first = true;
      private boolean ended;

      Keys() {
        expect('{');
      }

      @Override
      public boolean hasNext() {
        if (!ended && accept('}')) {
          ended = true;
        }
        return !ended;
      }

      @Override
      public String next() {
        if (!first) {
          expect(',');
        }
        first = false;
        String key = string();
        expect(':');
        return key;
      }
    }
  }
}
