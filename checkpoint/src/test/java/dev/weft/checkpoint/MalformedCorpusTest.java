package dev.weft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every file of the corpus that {@link MalformedCorpus} wrote is refused in its one sentence. */
class MalformedCorpusTest {
  private static final Path FOLDER = Fixtures.path("/malformed");

  @TestFactory
  Stream<DynamicTest> everyMalformedModelIsRefusedInItsSentence() throws IOException {
    return sentences().stream()
        .map(line -> line.split(" ~ ", 2))
        .map(parts -> DynamicTest.dynamicTest(parts[0], () -> refused(parts[0], parts[1])));
  }

  @Test
  void everyFileHasItsSentence() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(
                      Stream.of("sentences.txt"),
                      sentences().stream().map(line -> line.split(" ~ ", 2)[0]))
                  .toList());
    }
  }

  private static void refused(String name, String sentence) {
    Path file = FOLDER.resolve(name);
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> read(file))
        .withMessageContaining(sentence)
        .withMessageStartingWith(file.toString())
        .satisfies(error -> assertThat(error.getMessage()).contains("; ").doesNotContain("\n"));
  }

  private static void read(Path file) {
    String name = file.toString();
    if (name.endsWith(".onnx")) {
      OnnxModel.read(ByteBuffer.wrap(Fixtures.bytes(file)), name);
    } else if (name.endsWith(".safetensors")) {
      Fixtures.readAll(SafetensorsCheckpoint.open(file));
    } else {
      Fixtures.readAll(ModelFiles.open(name).weights());
    }
  }

  private static List<String> sentences() throws IOException {
    return Files.readAllLines(FOLDER.resolve("sentences.txt"), StandardCharsets.UTF_8);
  }
}
