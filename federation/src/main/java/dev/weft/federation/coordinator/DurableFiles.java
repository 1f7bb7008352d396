package dev.weft.federation.coordinator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.core.Text;
import dev.weft.core.artifact.DurableFile;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Small JSON values of one folder, by name, each a file of its own. They are read when the folder
 * is opened, and a new one is on disk before it counts. Safe for use by several threads.
 */
final class DurableFiles {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ENDING = ".json";

  private final Path folder;
  private final SortedMap<String, JsonNode> values = new ConcurrentSkipListMap<>();

  /**
   * @throws WeftException if there are values and one of them cannot be read
   */
  DurableFiles(Path folder) {
    this.folder = folder;
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ENDING)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        values.put(name.substring(0, name.length() - ENDING.length()), read(file));
      }
    } catch (IOException e) {
      throw damaged(folder, e);
    }
  }

  /**
   * @throws WeftException if it cannot be written; the value before it stays
   */
  void put(String name, JsonNode content) {
    Path file = folder.resolve(name + ENDING);
    try {
      Files.createDirectories(folder);
      DurableFile.write(file, out -> out.write(JSON.writeValueAsBytes(content)));
    } catch (IOException e) {
      throw new WeftException(
          Problem.UNWRITABLE_OUTPUT,
          Text.format("%s: cannot be written: %s; free the disk", file, e.getMessage()),
          e);
    }
    values.put(name, content);
  }

  /** Of this name; empty if there is none. */
  Optional<JsonNode> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** All, by their names. */
  SortedMap<String, JsonNode> all() {
    return Collections.unmodifiableSortedMap(values);
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw damaged(file, e);
    }
  }

  private static WeftException damaged(Path file, IOException e) {
    return new WeftException(
        Problem.STORE_FAILED,
        Text.format("%s: cannot be read: %s; restore it from a backup", file, e.getMessage()),
        e);
  }
}
