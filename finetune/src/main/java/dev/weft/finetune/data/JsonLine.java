package dev.weft.finetune.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weft.core.Text;
import dev.weft.core.error.WeftException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One line of a JSON Lines file, which is one object.
 *
 * @param number from 1
 */
record JsonLine(SourceFile file, long number, JsonNode object) {
  private static final JsonMapper LENIENT =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** Refuses an object that names a field twice. */
  private static final JsonMapper JSON =
      LENIENT.rebuild().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /**
   * The lines that are not blank.
   *
   * @throws WeftException on reading a line that is no object
   */
  static Stream<JsonLine> of(SourceFile file) {
    return of(
        file,
        complaint -> {
          throw complaint;
        });
  }

  /**
   * The lines that are not blank.
   *
   * @param bad is told the complaint about each line that is no object
   */
  static Stream<JsonLine> of(SourceFile file, Consumer<WeftException> bad) {
    String[] lines = file.text().split("\\r\\n|\\n|\\r", -1);
    return IntStream.range(0, lines.length)
        .filter(i -> !lines[i].isBlank())
        .boxed()
        .flatMap(
            i ->
                SourceFile.record(
                    () ->
                        new JsonLine(
                            file, i + 1L, parse(file, i + 1L, lines[i], i == lines.length - 1)),
                    bad)
                    .stream());
  }

  /**
   * @param last whether the file ends with this line
   */
  private static JsonNode parse(SourceFile file, long number, String line, boolean last) {
    try {
      JsonNode node = JSON.readTree(line);
      if (node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      if (isJson(line)) {
        throw file.bad(
            number, "names a field twice, so that two values are there for one; keep one of them");
      }
      throw file.bad(
          number,
          Text.format(
              "is not JSON (%s); every line must be one object%s",
              complaint(line, e),
              last && e instanceof JsonEOFException ? SourceFile.CUT_SHORT : ""));
    }
    throw file.bad(
        number, "is not a JSON object; write one {\"text\": ..., \"label\": ...} per line");
  }

  private static boolean isJson(String line) {
    try {
      LENIENT.readTree(line);
      return true;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /** The parser's own words would quote the line. */
  private static String complaint(String line, JsonProcessingException e) {
    if (line.stripLeading().startsWith("[")) {
      return "a list begins here, which JSON Lines has none around its objects";
    }
    return e instanceof JsonEOFException
        ? "it ends before its object does"
        : "from column " + e.getLocation().getColumnNr() + " on";
  }

  boolean has(String field) {
    return object.hasNonNull(field);
  }

  /** Text, number or truth value as text. */
  String required(String field) {
    return value(field).orElseThrow(() -> bad(missing(field)));
  }

  private String missing(String field) {
    return object.has(field)
        ? Text.format("has null as its %s; give it a value or leave the line out", field)
        : Text.format("has no field %s; add it or name another in data", field);
  }

  /** Text, number or truth value as text; empty where the field is absent or null. */
  Optional<String> value(String field) {
    JsonNode value = object.path(field);
    if (value.isContainerNode()) {
      throw bad(Text.format("%s is a list or an object; write text", field));
    }
    return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value.asText());
  }

  Place place() {
    return file.place(number);
  }

  /** The complaint about this line, to be thrown. */
  WeftException bad(String complaint) {
    return file.bad(number, complaint);
  }
}
