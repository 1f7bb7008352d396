package acme;

import dev.weft.core.config.DataConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.finetune.data.Place;
import dev.weft.finetune.data.TextExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A text, a tab and its class on every line. */
final class TabSeparated {
  private TabSeparated() {}

  static List<TextExample> read(String source, DataConfig config) {
    List<TextExample> examples = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(Path.of(source))) {
        Place place = new Place(source, examples.size() + 1L);
        String[] columns = line.split("\t", -1);
        if (columns.length != 2) {
          throw new WeftException(
              Problem.BAD_DATA, place + ": needs a text, a tab and its class; mend the line");
        }
        examples.add(new TextExample(columns[0], columns[1], Optional.empty(), place));
      }
    } catch (IOException e) {
      throw new WeftException(
          Problem.MISSING_FILE, source + ": cannot be read; check the path in data", e);
    }
    return examples;
  }
}
