package dev.weft.finetune.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One JSON object per line, {@code {"text": …, "label": …, "client": …}}; blank lines are skipped.
 */
record JsonLines(Path path, Columns columns) {
  static final DataSource CARD =
      new DataSource(
          ".jsonl",
          Optional.of(
              (source, config) -> new JsonLines(Path.of(source), Columns.of(config)).read()),
          Optional.of(
              (source, config) -> new LanguageFile(Path.of(source), Columns.of(config)).read()),
          Optional.empty());

  List<TextExample> read() {
    SourceFile file = new SourceFile(path);
    return file.notEmpty(JsonLine.of(file).map(this::example).toList());
  }

  private TextExample example(JsonLine line) {
    return line.file()
        .example(
            line.number(),
            columns,
            line.required(columns.text()),
            line.required(columns.label()),
            line.value(columns.client()));
  }
}
