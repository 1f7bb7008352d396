package dev.weft.finetune.data;

import dev.weft.core.Text;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Tells what a file is that is no UTF-8 text: by how it begins, or by where its zero bytes are. */
final class ForeignBytes {
  private static final int HEAD = 32;
  private static final String SAVE = "save it as UTF-8";
  private static final String CONVERT = "convert it to .jsonl or .csv";
  private static final String UNPACK = "unpack it";

  /** UTF-32 before UTF-16, whose mark is the beginning of the other's. */
  private static final List<Signature> SIGNATURES =
      List.of(
          new Signature("\u00FF\u00FE\0\0", "UTF-32 text", SAVE),
          new Signature("\0\0\u00FE\u00FF", "UTF-32 text", SAVE),
          new Signature("\u00FF\u00FE", "UTF-16 text", SAVE),
          new Signature("\u00FE\u00FF", "UTF-16 text", SAVE),
          new Signature("\u001F\u008B", "a gzip archive", UNPACK),
          new Signature("(\u00B5/\u00FD", "a Zstandard archive", UNPACK),
          new Signature("\u00FD7zXZ\0", "an xz archive", UNPACK),
          new Signature("7z\u00BC\u00AF'\u001C", "a 7-Zip archive", UNPACK),
          new Signature("BZh", "a bzip2 archive", UNPACK),
          new Signature(
              "PK\u0003\u0004",
              "a ZIP archive, as Excel workbooks are",
              "unpack it, or save its sheet as CSV in UTF-8"),
          new Signature(
              "\u00D0\u00CF\u0011\u00E0",
              "an old Excel workbook",
              "save its sheet as CSV in UTF-8"),
          new Signature("PAR1", "a Parquet file", CONVERT),
          new Signature("ARROW1", "an Arrow file", CONVERT),
          new Signature("SQLite format", "an SQLite database", CONVERT),
          new Signature("%PDF-", "a PDF file", CONVERT),
          new Signature(
              "version https://git-lfs", "a Git LFS pointer, not the file", "run git lfs pull"));

  /**
   * UTF-16 has zeros in more than one of so many bytes, and almost all on one side of the pairs.
   */
  private static final int FEW = 8;

  private ForeignBytes() {}

  /**
   * @param beginning the first bytes, each as the character of its number
   */
  private record Signature(String beginning, String what, String wayOut) {}

  /** What is wrong with the whole of a file and what to do; empty for what may be UTF-8 text. */
  static Optional<String> complaint(byte[] file) {
    String head = new String(file, 0, Math.min(file.length, HEAD), StandardCharsets.ISO_8859_1);
    return SIGNATURES.stream()
        .filter(signature -> head.startsWith(signature.beginning()))
        .map(signature -> "is " + signature.what() + "; " + signature.wayOut())
        .findFirst()
        .or(() -> zeros(file));
  }

  /** Letters of Western scripts have a zero in every pair of UTF-16 and three in UTF-32. */
  private static Optional<String> zeros(byte[] file) {
    long[] zeros = new long[4];
    for (int i = 0; i < file.length; i++) {
      zeros[i % 4] += file[i] == 0 ? 1 : 0;
    }
    long even = zeros[0] + zeros[2];
    long odd = zeros[1] + zeros[3];
    boolean utf32 = even + odd > file.length / 2 && Math.max(zeros[0], zeros[3]) >= file.length / 4;
    boolean utf16 = even + odd > file.length / FEW && (even > FEW * odd || odd > FEW * even);
    return utf32 || utf16
        ? Optional.of(
            Text.format(
                "looks like %s text, in which letters have zero bytes; %s",
                utf32 ? "UTF-32" : "UTF-16", SAVE))
        : Optional.empty();
  }
}
