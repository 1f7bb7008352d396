package dev.weft.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.checkpoint.ModelFiles;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.WeftConfig;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelInspectionTest {

  @ParameterizedTest
  @CsvSource({
    "embedded:all-MiniLM-L6-v2, auto",
    "/models/tiny-llama, auto",
    "/models/tiny-llama, nf4",
    "/models/tiny-llama.gguf, auto"
  })
  void factsAreThoseOfTheModelInTheEngine(String source, String quantization)
      throws URISyntaxException {
    WeftConfig config = config(located(source), quantization);
    ModelInspection inspection =
        ModelInspection.of(ModelFiles.open(config.model().source()), config.model());

    try (BaseModel model = BaseModel.open(config.model(), config.engine())) {
      assertThat(inspection.facts()).isEqualTo(model.facts());
    }
  }

  private static WeftConfig config(String source, String quantization) {
    return ConfigLoader.load(
        Optional.empty(),
        Map.of("model.source", source, "model.quantization", quantization, "model.layers", "[]"));
  }

  private static String located(String source) throws URISyntaxException {
    return source.startsWith("/")
        ? Path.of(
                Objects.requireNonNull(ModelInspectionTest.class.getResource(source), source)
                    .toURI())
            .toString()
        : source;
  }
}
