package dev.weft.checkpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weft.core.Text;
import dev.weft.core.error.FileContent;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A JSON object beside a model's weights, such as {@code config.json}, read field by field with
 * bounds. A field that is {@code null} counts as absent, as transformers has it.
 *
 * @param path where it lies, for messages
 */
public record JsonFile(Path path, JsonNode fields) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** A configuration has a few kilobytes, a shard index of ten thousand arrays about a megabyte. */
  private static final long LARGEST = 4 << 20;

  /**
   * @throws WeftException if the file cannot be read or is not one JSON object
   */
  static JsonFile read(Path path) {
    FileContent.requireGenuine(path);
    try {
      if (Files.size(path) > LARGEST) {
        throw bad(path, Text.format("is larger than %d bytes", LARGEST));
      }
      JsonNode fields = MAPPER.readTree(Files.readAllBytes(path));
      if (!fields.isObject()) {
        throw bad(path, "is not a JSON object");
      }
      return new JsonFile(path, fields);
    } catch (JacksonException e) {
      throw new WeftException(
          Problem.BAD_CHECKPOINT,
          Text.format(
              "%s: is not valid JSON at line %d; fetch the file again",
              path, e.getLocation() == null ? 1 : e.getLocation().getLineNr()),
          e);
    } catch (IOException e) {
      throw new WeftException(
          Problem.MISSING_FILE, Text.format("%s: cannot be read; check the path", path), e);
    }
  }

  public boolean has(String key) {
    return fields.hasNonNull(key);
  }

  /** Whether a field is there and {@code null}, where that says more than its absence. */
  boolean isNull(String key) {
    return fields.has(key) && !has(key);
  }

  /** The object under this key, read with the same messages; empty if there is none. */
  public JsonFile object(String key) {
    JsonNode value = has(key) ? fields.get(key) : MAPPER.createObjectNode();
    if (!value.isObject()) {
      throw bad(path, Text.format("gives %s as %s where an object is needed", key, shown(value)));
    }
    return new JsonFile(path, value);
  }

  /** A whole number that must be there. */
  public int count(String key, int most) {
    if (!has(key)) {
      throw bad(path, Text.format("does not say %s", key));
    }
    return count(key, 0, most);
  }

  /** A whole number in [least, most]. */
  public int whole(String key, int otherwise, int least, int most) {
    if (!has(key)) {
      return otherwise;
    }
    JsonNode value = fields.get(key);
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < least
        || value.intValue() > most) {
      throw bad(
          Text.format(
              "gives %s as %s where a whole number from %d to %d is needed",
              key, shown(value), least, most));
    }
    return value.intValue();
  }

  /** A whole number from 1 to {@code most}. */
  public int count(String key, int otherwise, int most) {
    return whole(key, otherwise, 1, most);
  }

  /** A finite number. */
  public double number(String key, double otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    JsonNode value = fields.get(key);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw bad(path, Text.format("gives %s as %s where a number is needed", key, shown(value)));
    }
    return value.doubleValue();
  }

  /** A number above zero. */
  public double positive(String key, double otherwise) {
    double value = number(key, otherwise);
    if (value <= 0) {
      throw bad(path, Text.format("gives %s as %s where a number above 0 is needed", key, value));
    }
    return value;
  }

  /** That a switch is off. */
  public void refuse(String key) {
    if (flag(key, false)) {
      throw unsupported(key + " true", "models without it");
    }
  }

  public boolean flag(String key, boolean otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    JsonNode value = fields.get(key);
    if (!value.isBoolean()) {
      throw bad(
          path, Text.format("gives %s as %s where true or false is needed", key, shown(value)));
    }
    return value.booleanValue();
  }

  /** A text of one line. */
  public String text(String key, String otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    JsonNode value = fields.get(key);
    if (!value.isTextual() || !PlainName.isPlain(value.textValue())) {
      throw bad(path, Text.format("gives %s as %s where a name is needed", key, shown(value)));
    }
    return value.textValue();
  }

  public WeftException bad(String what) {
    return bad(path, what);
  }

  /** What Weft cannot do with what the file says, and what would do. */
  public WeftException unsupported(String what, String supported) {
    return new WeftException(
        Problem.UNSUPPORTED_MODEL,
        Text.format("%s: says %s; Weft supports %s", path, what, supported));
  }

  /** A value in a message, cut to a readable length. */
  public static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  private static WeftException bad(Path path, String what) {
    return new WeftException(
        Problem.BAD_CHECKPOINT, Text.format("%s: %s; fetch the model's files again", path, what));
  }
}
