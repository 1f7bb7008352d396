package dev.weft.finetune.data;

import java.nio.file.Path;
import java.util.List;

/**
 * One JSON object per line, {@code {"text": …, "label": …, "client": …}}; blank lines are skipped.
 */
record JsonLines(Path path, Columns columns) implements TextDataset {

  @Override
  public List<TextExample> read() {
    return JsonLine.of(new SourceFile(path)).map(this::example).toList();
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
