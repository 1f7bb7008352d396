package dev.weft.finetune.data;

import dev.weft.core.Text;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Comma-separated values (RFC 4180) under a header line; blank lines are skipped, an empty client
 * is none.
 */
record CsvFile(Path path, Columns columns) implements TextDataset {
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180
          .builder()
          .setHeader()
          .setSkipHeaderRecord(true)
          .setAllowMissingColumnNames(true)
          .get();

  @Override
  public List<TextExample> read() {
    SourceFile file = new SourceFile(path);
    long line = 1;
    try (CSVParser parser = CSVParser.parse(new StringReader(file.text()), FORMAT)) {
      requireColumn(file, parser, columns.text());
      requireColumn(file, parser, columns.label());
      List<TextExample> examples = new ArrayList<>();
      Iterator<CSVRecord> records = parser.iterator();
      // The parser's line is where it stopped, so the next record begins one below.
      line = parser.getCurrentLineNumber() + 1;
      while (records.hasNext()) {
        CSVRecord row = records.next();
        if (!isBlank(row)) {
          examples.add(example(file, line, parser, row));
        }
        line = parser.getCurrentLineNumber() + 1;
      }
      return examples;
    } catch (IOException | UncheckedIOException e) {
      throw file.bad(line, Text.format("is not CSV (%s); check the quotes", e.getMessage()));
    }
  }

  private static void requireColumn(SourceFile file, CSVParser parser, String column) {
    List<String> header = parser.getHeaderNames();
    if (!header.contains(column)) {
      throw file.bad(
          1,
          Text.format("has no column %s among %s; add it or name another in data", column, header));
    }
    if (header.indexOf(column) != header.lastIndexOf(column)) {
      throw file.bad(1, Text.format("names the column %s twice; rename one of them", column));
    }
  }

  private static boolean isBlank(CSVRecord row) {
    return row.size() == 1 && row.get(0).isBlank();
  }

  private TextExample example(SourceFile file, long line, CSVParser parser, CSVRecord row) {
    int width = parser.getHeaderNames().size();
    if (row.size() != width) {
      throw file.bad(
          line,
          Text.format(
              "needs %d values as the header has, not %d; check quotes and commas",
              width, row.size()));
    }
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
