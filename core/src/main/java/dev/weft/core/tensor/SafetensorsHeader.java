package dev.weft.core.tensor;

import com.typesafe.config.ConfigUtil;
import dev.weft.core.Text;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON header of a safetensors file (quantization.md F0). Reads exactly this grammar, without
 * recursion and in memory proportional to the text, so that no header from outside can do worse
 * than be refused:
 *
 * <pre>{ "name": { "dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24] }, …,
 *   "__metadata__": { "key": "value", … } }</pre>
 *
 * @param metadata free text, in order
 * @param entries the tensors, in the order of the text
 */
public record SafetensorsHeader(Map<String, String> metadata, List<Entry> entries) {
  /** Enough for a hundred thousand tensors; a header's text is held in memory while it is read. */
  private static final int LARGEST = 16 << 20;

  private static final String METADATA = "__metadata__";
  private static final int MOST_DIMENSIONS = 8;
  private static final int LONGEST_NAME = 512;

  /**
   * Where one tensor lies.
   *
   * @param begin first byte, counted from the end of the header
   * @param end byte after the last
   */
  public record Entry(String name, String type, List<Integer> shape, long begin, long end) {}

  String toJson() {
    List<String> fields = new ArrayList<>();
    if (!metadata.isEmpty()) {
      List<String> pairs = new ArrayList<>();
      metadata.forEach((key, value) -> pairs.add(quote(key) + ":" + quote(value)));
      fields.add(quote(METADATA) + ":{" + String.join(",", pairs) + "}");
    }
    for (Entry entry : entries) {
      if (entry.name().equals(METADATA) || !isPlain(entry.name())) {
        throw new IllegalArgumentException(
            Text.format("a tensor cannot be called %s", entry.name()));
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
   * The length of the JSON text that a file announces.
   *
   * @param announced the first eight bytes of the file
   * @param rest how many bytes follow them
   * @throws Malformed if it does not fit the file or the memory worth spending on it
   */
  public static int length(long announced, long rest) {
    if (announced < 2 || announced > Math.min(rest, LARGEST)) {
      throw new Malformed(Text.format("announces a header of %d bytes", announced));
    }
    return (int) announced;
  }

  /**
   * @throws Malformed at the first character that does not follow the grammar
   */
  public static SafetensorsHeader parse(ByteBuffer json) {
    try {
      return parse(StandardCharsets.UTF_8.newDecoder().decode(json).toString());
    } catch (CharacterCodingException e) {
      throw new Malformed("has a header that is not UTF-8 text");
    }
  }

  static SafetensorsHeader parse(String json) {
    return new Reader(json).header();
  }

  /**
   * The entries in the order of their data, each of which starts where the one before it ends.
   *
   * @param dataLength bytes after the header
   * @throws Malformed if two overlap or anything is left over
   */
  public List<Entry> byPlace(long dataLength) {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long position = 0;
    for (Entry entry : sorted) {
      if (entry.begin() != position || entry.end() < entry.begin() || entry.end() > dataLength) {
        throw new Malformed(
            Text.format(
                "places %s at bytes %d to %d of %d, which overlaps, leaves a hole or is cut off",
                entry.name(), entry.begin(), entry.end(), dataLength));
      }
      position = entry.end();
    }
    if (position != dataLength) {
      throw new Malformed(
          Text.format("holds %d bytes after its last tensor", dataLength - position));
    }
    return sorted;
  }

  /** Names go into messages, where a file may not write over a person's terminal. */
  private static boolean isPlain(String name) {
    return name.length() <= LONGEST_NAME && name.chars().noneMatch(Character::isISOControl);
  }

  private static String quote(String text) {
    return ConfigUtil.quoteString(text);
  }

  /** What is wrong with a file, as the middle of a sentence: its verb and what follows. */
  public static final class Malformed extends RuntimeException {
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
        String name = plain(keys.next());
        if (name.isEmpty()) {
          throw malformed("leaves a tensor without a name");
        }
        if (name.equals(METADATA) && !metadataSeen) {
          metadataSeen = true;
          metadata = metadata();
        } else if (name.equals(METADATA) || entries.put(name, entry(name)) != null) {
          throw malformed(Text.format("names %s twice", name));
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
        String field = plain(keys.next());
        switch (field) {
          case "dtype" -> type = plain(string());
          case "shape" -> shape = numbers(MOST_DIMENSIONS);
          case "data_offsets" -> offsets = numbers(2);
          default -> throw malformed(Text.format("gives %s the unknown field %s", name, field));
        }
      }
      if (type == null || shape == null || offsets == null || offsets.size() != 2) {
        throw malformed(Text.format("does not give %s dtype, shape and two data_offsets", name));
      }
      if (shape.stream().anyMatch(dimension -> dimension > Integer.MAX_VALUE)) {
        throw malformed(Text.format("gives %s the shape %s", name, shape));
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
            throw malformed(Text.format("lists more than %d numbers", most));
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
        throw malformed(Text.format("holds a number of %d digits", position - start));
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

    private static String plain(String name) {
      if (!isPlain(name)) {
        throw malformed("holds a name that is no plain text");
      }
      return name;
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
        default -> throw malformed("holds the unknown escape \\" + shown(c));
      };
    }

    private int hex() {
      int digit = Character.digit(take(), 16);
      if (digit < 0) {
        throw malformed("holds a broken \\u escape");
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
      return malformed(
          position == text.length()
              ? "ends too early"
              : Text.format(
                  "has an unexpected '%s' at character %d",
                  shown(text.charAt(position)), position + 1));
    }

    private static Malformed malformed(String what) {
      return new Malformed("has a header that " + what);
    }

    private static String shown(char c) {
      return Character.isISOControl(c) ? Text.format("\\u%04x", (int) c) : String.valueOf(c);
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
