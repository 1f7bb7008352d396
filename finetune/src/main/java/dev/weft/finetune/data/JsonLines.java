package dev.weft.finetune.data;

import dev.weft.core.error.WeftException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One JSON object per line, {@code {"text": …, "label": …, "client": …}}; blank lines are skipped.
 */
record JsonLines(Path path, Columns columns) {
  static final DataSource CARD =
      new DataSource(
          ".jsonl",
          Optional.of(
              (DataSource.Forgiving<TextExample>)
                  (source, config, bad) ->
                      new JsonLines(Path.of(source), Columns.of(config)).read(bad)),
          Optional.of(
              (DataSource.Forgiving<LanguageExample>)
                  (source, config, bad) ->
                      new LanguageFile(Path.of(source), Columns.of(config)).read(bad)),
          Optional.empty());

  List<TextExample> read(Consumer<WeftException> bad) {
    SourceFile file = new SourceFile(path);
    return file.notEmpty(
        JsonLine.of(file, bad)
            .flatMap(line -> SourceFile.record(() -> example(line), bad).stream())
            .toList());
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
