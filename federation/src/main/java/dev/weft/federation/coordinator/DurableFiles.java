package dev.weft.federation.coordinator;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Small JSON files of one folder, by name; each appears whole or not at all and survives a crash.
 */
final class DurableFiles {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ENDING = ".json";

  private final Path folder;

  DurableFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * @throws WeftException if it cannot be written
   */
  void put(String name, JsonNode content) {
    Path file = folder.resolve(name + ENDING);
    try {
      Files.createDirectories(folder);
      Path unfinished = folder.resolve(name + ".tmp");
      try (FileOutputStream out = new FileOutputStream(unfinished.toFile())) {
        out.write(JSON.writeValueAsBytes(content));
        out.getFD().sync();
      }
      Files.move(unfinished, file, ATOMIC_MOVE, REPLACE_EXISTING);
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    } catch (IOException e) {
      throw new WeftException(
          Problem.UNWRITABLE_OUTPUT,
          Text.format("%s: cannot be written: %s; free the disk", file, e.getMessage()),
          e);
    }
  }

  /** Of this name; empty if there is none. */
  Optional<JsonNode> get(String name) {
    Path file = folder.resolve(name + ENDING);
    return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
  }

  /** All, by their names. */
  Map<String, JsonNode> all() {
    Map<String, JsonNode> all = new TreeMap<>();
    if (!Files.isDirectory(folder)) {
      return all;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ENDING)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        all.put(name.substring(0, name.length() - ENDING.length()), read(file));
      }
      return all;
    } catch (IOException e) {
      throw damaged(folder, e);
    }
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
