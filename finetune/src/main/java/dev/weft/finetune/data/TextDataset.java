package dev.weft.finetune.data;

import dev.weft.core.Text;
import dev.weft.core.config.DataConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A place labelled texts are read from. */
public sealed interface TextDataset permits WordNetGlosses, JsonLines, CsvFile {

  /**
   * All examples, in the order of the source.
   *
   * @throws WeftException naming file and line if the source is missing or malformed
   */
  List<TextExample> read();

  /**
   * The data set a configuration value names: {@value WordNetGlosses#SOURCE}, or a file whose
   * reader its name tells.
   *
   * @throws WeftException if the name tells no reader
   */
  static TextDataset named(String source, DataConfig config) {
    if (source.equals(WordNetGlosses.SOURCE)) {
      return new WordNetGlosses();
    }
    String name = source.toLowerCase(Locale.ROOT);
    if (name.endsWith(".jsonl")) {
      return new JsonLines(Path.of(source), Columns.of(config));
    }
    if (name.endsWith(".csv")) {
      return new CsvFile(Path.of(source), Columns.of(config));
    }
    throw new WeftException(
        Problem.BAD_VALUE,
        Text.format(
            "data: %s is neither %s nor a .jsonl or .csv file; convert it to one of these",
            source, WordNetGlosses.SOURCE));
  }
}
