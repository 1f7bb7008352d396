package dev.weft.finetune.data;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A user's UTF-8 file. Its errors name file, line and field and never what stands there, which may
 * be about a patient.
 */
record SourceFile(Path path) {
  /** What is added to a complaint about an unfinished last line. */
  static final String CUT_SHORT =
      ", and the file ends here, as one that was cut short; fetch it again, or remove this line";

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /**
   * The whole text without a byte order mark.
   *
   * @throws WeftException if the file cannot be read or is not UTF-8
   */
  String text() {
    byte[] bytes = bytes();
    ForeignBytes.complaint(bytes)
        .ifPresent(
            complaint -> {
              throw bad(complaint);
            });
    String text = decode(ByteBuffer.wrap(bytes));
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  private byte[] bytes() {
    if (Files.isDirectory(path)) {
      throw bad("is a folder; name a file in it");
    }
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new WeftException(
          Problem.MISSING_FILE, Text.format("%s: cannot be read; check the path in data", path), e);
    }
  }

  private String decode(ByteBuffer bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CharBuffer text = CharBuffer.allocate(bytes.remaining());
    if (decoder.decode(bytes, text, true).isError()) {
      throw bad(
          lineOf(bytes),
          Text.format(
              "is not UTF-8, for it holds a byte %02X, perhaps of Latin-1 or Windows-1252; save the"
                  + " file as UTF-8",
              bytes.get(bytes.position())));
    }
    String decoded = text.flip().toString();
    int zero = decoded.indexOf('\0');
    if (zero >= 0) {
      throw bad(
          decoded.substring(0, zero).lines().count(),
          "holds a zero byte, which no text does; remove it");
    }
    return decoded;
  }

  /**
   * What was read from the file.
   *
   * @throws WeftException if that is nothing
   */
  <E> List<E> notEmpty(List<E> examples) {
    if (examples.isEmpty()) {
      throw bad("holds no example; fill it or name another file in data");
    }
    return examples;
  }

  /** Number of the line the buffer stopped in. */
  private static long lineOf(ByteBuffer bytes) {
    long line = 1;
    for (int i = 0; i < bytes.position(); i++) {
      if (bytes.get(i) == '\n') {
        line++;
      }
    }
    return line;
  }

  /**
   * An example found in a line.
   *
   * @throws WeftException if text, label or client is empty
   */
  TextExample example(
      long line, Columns columns, String text, String label, Optional<String> client) {
    return new TextExample(
        filled(line, columns.text(), text).strip(),
        filled(line, columns.label(), label).strip(),
        client.map(name -> filled(line, columns.client(), name)),
        place(line));
  }

  /**
   * What one record holds.
   *
   * @param bad is told if it cannot be read
   * @return empty then
   */
  static <E> Optional<E> record(Supplier<E> read, Consumer<WeftException> bad) {
    try {
      return Optional.of(read.get());
    } catch (WeftException e) {
      bad.accept(e);
      return Optional.empty();
    }
  }

  Place place(long line) {
    return new Place(path.toString(), line);
  }

  private String filled(long line, String column, String value) {
    if (value.isBlank()) {
      throw bad(line, Text.format("%s is empty; fill it in or remove the line", column));
    }
    return value;
  }

  /** The complaint about a line, to be thrown. */
  WeftException bad(long line, String complaint) {
    return new WeftException(Problem.BAD_DATA, place(line) + ": " + complaint);
  }

  /** The complaint about the file as a whole, to be thrown. */
  private WeftException bad(String complaint) {
    return new WeftException(Problem.BAD_DATA, path + ": " + complaint);
  }
}
