package dev.weft.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.file.Path;
import java.util.Optional;

/** Values of a JSON file that a run or PEFT wrote, by their dotted paths. */
record JsonValues(Config values) {

  /**
   * No values where there is no file.
   *
   * @throws WeftException if the file is not JSON
   */
  static JsonValues read(Path file) {
    try {
      return new JsonValues(
          ConfigFactory.parseFile(
              file.toFile(), ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON)));
    } catch (ConfigException e) {
      throw new WeftException(
          Problem.BAD_CHECKPOINT, Text.format("%s: is not JSON; write it again", file), e);
    }
  }

  /** A value as text; empty where it is missing or null. */
  Optional<String> at(String path) {
    return values.hasPath(path) ? Optional.of(values.getAnyRef(path).toString()) : Optional.empty();
  }
}
