package dev.weft.client.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The lines of an audit file, and whether each holds the digest of the one before. A line that a
 * crash cut short counts as such if an entry right after it says so, or if it is the last.
 *
 * @param lines that are whole, and those that were cut short and closed
 * @param last digest of the last of all lines, be it whole or not
 * @param torn bytes of a last line that nothing ends; 0 if there is none
 * @param broken the first line that does not fit, and why; empty if all do
 */
public record AuditChain(long lines, String last, int torn, Optional<String> broken) {
  /** What the first line says of the one before. */
  static final String START = "0".repeat(64);

  static final String NUMBER = "n";
  static final String PREVIOUS = "previous";
  static final String WHAT = "what";
  static final String RECOVERED = "recovered";
  static final String TORN = "torn";

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @throws WeftException if the file cannot be read
   */
  public static AuditChain of(Path file) {
    return of(bytes(file));
  }

  /**
   * The lines as they stand, for people.
   *
   * @throws WeftException if the file cannot be read
   */
  public static List<String> linesOf(Path file) {
    return new String(bytes(file), StandardCharsets.UTF_8).lines().toList();
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format(
              "%s: cannot be read; a site has it once weft client has run with this --home", file),
          e);
    }
  }

  static AuditChain of(byte[] bytes) {
    List<byte[]> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        lines.add(Arrays.copyOfRange(bytes, start, i));
        start = i + 1;
      }
    }
    int torn = bytes.length - start;
    if (torn > 0) {
      lines.add(Arrays.copyOfRange(bytes, start, bytes.length));
    }
    String last = lines.isEmpty() ? START : digest(lines.get(lines.size() - 1));
    return new AuditChain(lines.size(), last, torn, broken(lines, torn > 0));
  }

  private static Optional<String> broken(List<byte[]> lines, boolean lastIsTorn) {
    String previous = START;
    for (int i = 0; i < lines.size(); i++) {
      byte[] line = lines.get(i);
      String digest = digest(line);
      boolean excused =
          i + 1 < lines.size() ? closes(lines.get(i + 1), digest, line.length) : lastIsTorn;
      Optional<String> complaint = excused ? Optional.empty() : complaint(line, i + 1, previous);
      if (complaint.isPresent()) {
        return Optional.of(Text.format("line %d %s", i + 1, complaint.get()));
      }
      previous = digest;
    }
    return Optional.empty();
  }

  /** Whether an entry says that the line before it, of this digest, was cut short. */
  private static boolean closes(byte[] line, String digest, int bytes) {
    return parsed(line)
        .filter(entry -> entry.path(WHAT).asText().equals(RECOVERED))
        .filter(entry -> entry.path(PREVIOUS).asText().equals(digest))
        .filter(entry -> entry.path(TORN).asInt() == bytes)
        .isPresent();
  }

  private static Optional<String> complaint(byte[] line, long number, String previous) {
    Optional<JsonNode> entry = parsed(line);
    if (entry.isEmpty()) {
      return Optional.of("is no entry");
    }
    if (!entry.get().path(PREVIOUS).asText().equals(previous)) {
      return Optional.of("does not follow from the line before it: one of the two was changed");
    }
    return entry.get().path(NUMBER).asLong() == number
        ? Optional.empty()
        : Optional.of("has another number than its place");
  }

  private static Optional<JsonNode> parsed(byte[] line) {
    try {
      return Optional.of(JSON.readTree(new String(line, StandardCharsets.UTF_8)))
          .filter(JsonNode::isObject);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  static String digest(byte[] line) {
    return Digest.of(line).hex();
  }
}
