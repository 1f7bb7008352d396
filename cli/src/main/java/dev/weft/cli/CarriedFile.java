package dev.weft.cli;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.error.WriteFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A small text that people carry from one machine to another. */
final class CarriedFile {
  private static final int LONGEST = 1 << 16;

  private CarriedFile() {}

  /**
   * @param option that names the file, for the sentence
   */
  static String read(String option, Path file) {
    try {
      if (Files.isRegularFile(file) && Files.size(file) > LONGEST) {
        throw new WeftException(
            Problem.BAD_VALUE,
            Text.format("%s: %s is too long; is it the right file?", option, file));
      }
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format("%s: %s cannot be read; check its name and who may read it", option, file),
          e);
    }
  }

  /** Never over another file. */
  static void write(String option, Path file, String text) {
    try {
      Files.writeString(file, text, StandardCharsets.US_ASCII, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format("%s: %s exists already; name another one or remove it", option, file),
          e);
    } catch (IOException e) {
      WriteFailure failure = WriteFailure.of(e);
      throw new WeftException(
          Problem.UNWRITABLE_OUTPUT,
          Text.format(
              "%s: %s cannot be written, for %s; %s",
              option, file, failure.reason(), failure.wayOut()),
          e);
    }
  }
}
