package dev.weft.core.error;

import dev.weft.core.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is often found in the place of a file that was downloaded or cloned: nothing, a pointer of
 * Git LFS, the page that a server answered with, an archive. Their readers would blame a header or
 * a line of them; here they are called by their name.
 */
public final class FileContent {
  /** Longer than any of the beginnings below, blanks before it included. */
  private static final int BEGINNING = 512;

  private static final String PICKLE =
      "is a PyTorch pickle or a zip archive; unpack it, or save the model as safetensors, since"
          + " reading a pickle can run any program";

  /** A beginning of a file and what it tells. */
  private record Kind(String beginning, String what) {}

  /** In small letters, after blanks. */
  private static final List<Kind> TEXTS =
      List.of(
          new Kind(
              "version https://git-lfs.github.com/spec/",
              "is a pointer of Git LFS and not the file itself; run git lfs pull where it was"
                  + " cloned, or download the file"),
          new Kind("<!doctype html", "is a web page; download the file itself"),
          new Kind("<html", "is a web page; download the file itself"),
          new Kind("<?xml", "is an XML document, such as a server's refusal; download the file"),
          new Kind("entry not found", "is a server's answer that there is no such file"),
          new Kind("access to model", "is a server's refusal; ask for access first"));

  /** Byte for byte; none of them begins a safetensors file whose header could be read. */
  private static final List<Kind> BYTES =
      List.of(
          new Kind("PK\u0003\u0004", PICKLE),
          new Kind("\u0080\u0002\u008A\n", PICKLE),
          new Kind("\u001F\u008B\b", "is compressed by gzip; unpack it"));

  private FileContent() {}

  /**
   * @throws WeftException if the file holds nothing, or one of the known substitutes for a file
   */
  public static void requireGenuine(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      Optional<String> what = substitute(stream.readNBytes(BEGINNING));
      if (what.isPresent()) {
        throw new WeftException(
            Problem.WRONG_CONTENT, Text.format("%s: %s", file, what.orElseThrow()));
      }
    } catch (IOException e) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format("%s: cannot be read; check the path and its permissions", file),
          e);
    }
  }

  private static Optional<String> substitute(byte[] beginning) {
    if (beginning.length == 0) {
      return Optional.of("is empty; download it again");
    }
    String bytes = new String(beginning, StandardCharsets.ISO_8859_1);
    String text = bytes.stripLeading().toLowerCase(Locale.ROOT);
    return first(TEXTS, text).or(() -> first(BYTES, bytes)).or(() -> allZero(beginning));
  }

  private static Optional<String> first(List<Kind> kinds, String content) {
    return kinds.stream()
        .filter(kind -> content.startsWith(kind.beginning()))
        .map(Kind::what)
        .findFirst();
  }

  /** What a download leaves that reserved its space and never filled it. */
  private static Optional<String> allZero(byte[] beginning) {
    return beginning.length == BEGINNING && Arrays.equals(beginning, new byte[BEGINNING])
        ? Optional.of("begins with nothing but zero bytes; download it again")
        : Optional.empty();
  }
}
