package dev.weft.finetune.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * What a classification head needs besides its tensors, in a file beside them, so that an adapter's
 * folder says by itself what its outputs mean: {@code labels.json}, which PEFT passes over.
 *
 * @param labels in the order of the head's rows; {@code id2label}, as in a model's config.json
 * @param maxTokens what texts were cut to; {@code max_length}
 */
public record LabelFile(LabelSet labels, int maxTokens) {
  public static final String NAME = "labels.json";

  private static final String CLASSES = "id2label";
  private static final String LENGTH = "max_length";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Writes it into an adapter's folder.
   *
   * @throws WeftException if it cannot be written
   */
  public void write(Path folder) {
    ObjectNode file = JSON.createObjectNode();
    ObjectNode classes = file.putObject(CLASSES);
    for (int i = 0; i < labels.size(); i++) {
      classes.put(Integer.toString(i), labels.names().get(i));
    }
    file.put(LENGTH, maxTokens);
    try {
      Files.writeString(folder.resolve(NAME), file.toPrettyString() + "\n");
    } catch (IOException e) {
      throw new WeftException(
          Problem.UNWRITABLE_OUTPUT,
          Text.format(
              "%s: cannot be written; free the disk or choose another folder",
              folder.resolve(NAME)),
          e);
    }
  }

  /**
   * That of an adapter's folder; empty if it has none.
   *
   * @throws WeftException if it is malformed
   */
  public static Optional<LabelFile> in(Path folder) {
    Path file = folder.resolve(NAME);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(of(file, JSON.readTree(Files.readString(file))));
    } catch (JsonProcessingException e) {
      throw bad(file, "is not JSON");
    } catch (IOException e) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format("%s: cannot be read; check the file's permissions", file),
          e);
    }
  }

  private static LabelFile of(Path file, JsonNode root) {
    JsonNode classes = root.path(CLASSES);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < classes.size(); i++) {
      JsonNode name = classes.path(Integer.toString(i));
      if (!name.isTextual() || name.asText().isBlank()) {
        throw bad(file, Text.format("names no class for %s.%d", CLASSES, i));
      }
      names.add(name.asText());
    }
    if (names.size() < 2 || new HashSet<>(names).size() < names.size()) {
      throw bad(file, Text.format("%s needs two classes or more, each once", CLASSES));
    }
    int length = root.path(LENGTH).asInt(0);
    if (length < 1) {
      throw bad(file, Text.format("%s is no number of tokens", LENGTH));
    }
    return new LabelFile(new LabelSet(names), length);
  }

  private static WeftException bad(Path file, String complaint) {
    return new WeftException(
        Problem.BAD_CHECKPOINT,
        Text.format("%s: %s; copy the file again from the run that wrote it", file, complaint));
  }
}
