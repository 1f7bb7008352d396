package dev.weft.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SetKeysTest {
  private static final String KEY = "data.source";

  @TempDir private Path folder;

  @Test
  void aDefaultIsNotSetUnlessSomebodyWritesIt() throws IOException {
    assertThat(ConfigLoader.isSet(Optional.empty(), List.of(), KEY)).isFalse();
    assertThat(ConfigLoader.isSet(file("data.text-column = note"), List.of(), KEY)).isFalse();
    assertThat(
            ConfigLoader.isSet(file("data.source = \"embedded:wordnet-glosses\""), List.of(), KEY))
        .isTrue();
    assertThat(ConfigLoader.isSet(file("data.source = ${run.output}/own.csv"), List.of(), KEY))
        .isTrue();
    assertThat(
            ConfigLoader.isSet(
                Optional.empty(), Setting.of(Map.of(KEY, "embedded:wordnet-glosses")), KEY))
        .isTrue();
  }

  private Optional<Path> file(String text) throws IOException {
    return Optional.of(Files.writeString(folder.resolve("weft.conf"), text + "\n"));
  }
}
