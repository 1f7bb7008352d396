package dev.weft.finetune.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.config.DataConfig;
import dev.weft.core.registry.Origins;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataSourcesTest {

  @ParameterizedTest
  @CsvSource({
    ".csv, DATA.CSV, true",
    ".csv, data.csv.gz, false",
    "acme:, acme:table, true",
    "acme:, data/acme:table, false",
    "embedded:x, embedded:x, true",
    "embedded:x, embedded:xy, false",
  })
  void theNameOfASourceSaysWhatItReads(String name, String source, boolean reads) {
    assertThat(DataSource.ofLabelled(name, (any, config) -> List.of()).reads(source))
        .isEqualTo(reads);
  }

  @Test
  void onlyFilesNeedToBeThere() {
    assertThat(DataSources.isFile("data.JSONL")).isTrue();
    assertThat(DataSources.isFile(WordNetGlosses.SOURCE)).isFalse();
  }

  @Test
  void theNumberOfTrainingExamplesIsLeftToTheSource() {
    assertThat(DataSources.mostTrained(WordNetGlosses.SOURCE, 80_000)).isEqualTo(12_000);
    assertThat(DataSources.mostTrained("data.csv", 80_000)).isEqualTo(80_000);
  }

  @Test
  void theDocumentationOfTheKeyNamesAllOfThem() {
    assertThat(Path.of("..", "docs", "configuration.md"))
        .content()
        .contains("\"embedded:wordnet-glosses\", or a .jsonl or .csv file of text and label");
    assertThat(DataSources.names()).containsExactly(WordNetGlosses.SOURCE, ".jsonl", ".csv");
  }

  @Test
  void whatIsWeftsOwnHasNoOrigin() {
    DataConfig config = Configs.data(WordNetGlosses.SOURCE, Optional.empty(), 20, 5);

    assertThat(DataSources.origins(config)).isEqualTo(Origins.none());
  }
}
