package dev.weft.checkpoint.quantization;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.checkpoint.JsonFile;
import java.nio.file.Path;
import java.util.Optional;

/** The quantization_config of a config.json that is in no file. */
final class Declared {

  private Declared() {}

  /**
   * @param config JSON, with single quotes for double ones
   */
  static Optional<JsonFile> as(String config) {
    try {
      return Optional.of(
          new JsonFile(
              Path.of("config.json"), new ObjectMapper().readTree(config.replace('\'', '"'))));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
