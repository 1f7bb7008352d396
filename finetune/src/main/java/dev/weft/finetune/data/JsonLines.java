package dev.weft.finetune.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One JSON object per line, {@code {"text": …, "label": …, "client": …}}; blank lines are skipped.
 */
record JsonLines(Path path, Columns columns) implements TextDataset {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @Override
  public List<TextExample> read() {
    SourceFile file = new SourceFile(path);
    List<TextExample> examples = new ArrayList<>();
    long number = 0;
    for (String line : file.text().split("\\r?\\n", -1)) {
      number++;
      if (!line.isBlank()) {
        examples.add(example(file, number, line));
      }
    }
    return examples;
  }

  private TextExample example(SourceFile file, long number, String line) {
    JsonNode object = parse(file, number, line);
    return file.example(
        number,
        columns,
        required(file, number, object, columns.text()),
        required(file, number, object, columns.label()),
        value(file, number, object, columns.client()));
  }

  private static JsonNode parse(SourceFile file, long number, String line) {
    try {
      JsonNode node = JSON.readTree(line);
      if (node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw file.bad(
          number,
          "is not JSON (%s); every line must be one object".formatted(e.getOriginalMessage()));
    }
    throw file.bad(number, "is not a JSON object; write {\"text\": ..., \"label\": ...}");
  }

  private static String required(SourceFile file, long number, JsonNode object, String field) {
    return value(file, number, object, field)
        .orElseThrow(
            () ->
                file.bad(
                    number, "has no field %s; add it or name another in data".formatted(field)));
  }

  /** Text, number or truth value as text; empty where the field is absent or null. */
  private static Optional<String> value(
      SourceFile file, long number, JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (value.isContainerNode()) {
      throw file.bad(number, "%s is a list or an object; write text".formatted(field));
    }
    return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value.asText());
  }
}
