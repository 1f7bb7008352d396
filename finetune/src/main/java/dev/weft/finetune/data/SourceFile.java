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
import java.util.Optional;

/** A user's UTF-8 file, whose errors name file and line. */
record SourceFile(Path path) {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /**
   * The whole text without a byte order mark.
   *
   * @throws WeftException if the file cannot be read or is not UTF-8
   */
  String text() {
    String text = decode(ByteBuffer.wrap(bytes()));
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  private byte[] bytes() {
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
      throw bad(lineOf(bytes), "is not UTF-8; save the file as UTF-8");
    }
    return text.flip().toString();
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
        filled(line, columns.text(), text),
        filled(line, columns.label(), label),
        client.map(name -> filled(line, columns.client(), name)));
  }

  private String filled(long line, String column, String value) {
    if (value.isBlank()) {
      throw bad(line, Text.format("%s is empty; fill it in or remove the line", column));
    }
    return value.strip();
  }

  /** The complaint about a line, to be thrown. */
  WeftException bad(long line, String complaint) {
    return new WeftException(Problem.BAD_DATA, Text.format("%s:%d: %s", path, line, complaint));
  }
}
