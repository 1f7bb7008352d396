package dev.weft.finetune.data;

import dev.weft.core.Text;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Comma-separated values (RFC 4180) under a header line; blank lines are skipped, an empty client
 * is none.
 */
record CsvFile(Path path, Columns columns) {
  static final DataSource CARD =
      DataSource.ofLabelled(
          ".csv",
          (DataSource.Forgiving<TextExample>)
              (source, config, bad) -> new CsvFile(Path.of(source), Columns.of(config)).read(bad));

  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180
          .builder()
          .setHeader()
          .setSkipHeaderRecord(true)
          .setIgnoreSurroundingSpaces(true)
          .setAllowMissingColumnNames(true)
          .get();

  private static final List<Character> OTHER_SEPARATORS = List.of(';', '\t', '|');

  List<TextExample> read(Consumer<WeftException> bad) {
    SourceFile file = new SourceFile(path);
    long line = 1;
    String text = file.text();
    if (text.isBlank()) {
      return file.notEmpty(List.of());
    }
    try (CSVParser parser = CSVParser.parse(new StringReader(text), FORMAT)) {
      requireColumn(file, parser, "data.text-column", columns.text());
      requireColumn(file, parser, "data.label-column", columns.label());
      List<TextExample> examples = new ArrayList<>();
      Iterator<CSVRecord> records = parser.iterator();
      // The parser's line is where it stopped, so the next record begins one below.
      line = parser.getCurrentLineNumber() + 1;
      while (records.hasNext()) {
        CSVRecord row = records.next();
        if (!isBlank(row)) {
          int width = parser.getHeaderNames().size();
          boolean cutShort = row.size() < width && !text.endsWith("\n") && !records.hasNext();
          long at = line;
          SourceFile.record(
                  () -> {
                    requireWidth(file, at, row, width, cutShort);
                    return example(file, at, row);
                  },
                  bad)
              .ifPresent(examples::add);
        }
        line = parser.getCurrentLineNumber() + 1;
      }
      return file.notEmpty(examples);
    } catch (IOException | UncheckedIOException e) {
      // The parser's own words would quote the record.
      throw file.bad(
          line,
          "is not CSV, for a quote in the record that begins here is not closed or text follows the"
              + " closing one; write a quote within quotes twice, and fetch the file again if it"
              + " was cut short");
    }
  }

  /** Names no column but one almost like it: a file without header begins with an example. */
  private static void requireColumn(SourceFile file, CSVParser parser, String key, String column) {
    List<String> header = parser.getHeaderNames();
    if (!header.contains(column)) {
      otherSeparator(header, column)
          .ifPresent(
              separator -> {
                throw file.bad(
                    1,
                    Text.format(
                        "separates its columns by %s, where Weft reads commas; save the file with"
                            + " commas between columns",
                        separator == '\t' ? "tabs" : "\"" + separator + "\""));
              });
      throw file.bad(
          1,
          Text.format(
              "has no column %s among its %d; let the first line name the columns, or set %s to %s",
              column,
              header.size(),
              key,
              header.stream()
                  .filter(name -> Text.distance(name.toLowerCase(Locale.ROOT), column) <= 2)
                  .findFirst()
                  .orElse("the one that is meant")));
    }
    if (header.indexOf(column) != header.lastIndexOf(column)) {
      throw file.bad(1, Text.format("names the column %s twice; rename one of them", column));
    }
  }

  /** What splits the first line into columns of which one is the one that is missing. */
  private static Optional<Character> otherSeparator(List<String> header, String column) {
    String line = String.join(",", header);
    return OTHER_SEPARATORS.stream()
        .filter(
            separator ->
                Pattern.compile(Pattern.quote(separator.toString()))
                    .splitAsStream(line)
                    .map(name -> name.strip().replace("\"", ""))
                    .anyMatch(column::equalsIgnoreCase))
        .filter(separator -> line.indexOf(separator) >= 0)
        .findFirst();
  }

  private static boolean isBlank(CSVRecord row) {
    return row.size() == 1 && row.get(0).isBlank();
  }

  private static void requireWidth(
      SourceFile file, long line, CSVRecord row, int width, boolean cutShort) {
    if (row.size() != width) {
      throw file.bad(
          line,
          Text.format(
              "needs %d values as the header has, not %d; check quotes and commas%s",
              width, row.size(), cutShort ? SourceFile.CUT_SHORT : ""));
    }
  }

  private TextExample example(SourceFile file, long line, CSVRecord row) {
    return file.example(
        line,
        columns,
        row.get(columns.text()),
        row.get(columns.label()),
        Optional.of(columns.client())
            .filter(row::isSet)
            .map(row::get)
            .filter(name -> !name.isBlank()));
  }
}
