package dev.weft.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Files of the test resources, and small arrays. */
final class Fixtures {
  /** A Llama of random weights: folder {@code tiny-llama} and the same model as GGUF. */
  static final Path TINY_LLAMA = path("/models/tiny-llama");

  static final Path TINY_GGUF = path("/models/tiny-llama.gguf");

  private Fixtures() {}

  static Path path(String resource) {
    URL url = Objects.requireNonNull(Fixtures.class.getResource(resource), resource);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(String resource) {
    try {
      return new JsonMapper().readTree(path(resource).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(RawTensor tensor) {
    byte[] bytes = new byte[tensor.bytes().remaining()];
    tensor.bytes().get(bytes);
    return bytes;
  }

  /** A float32 array that counts from {@code first}. */
  static RawTensor counting(String name, int first, Integer... shape) {
    int elements = List.of(shape).stream().reduce(1, Math::multiplyExact);
    ByteBuffer bytes = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      bytes.putFloat(first + i);
    }
    return new RawTensor(name, ElementType.F32, List.of(shape), bytes.flip());
  }

  /** Maps every array, so that nothing is left unread. */
  static void readAll(Checkpoint checkpoint) {
    for (String name : checkpoint.names()) {
      checkpoint.find(name).orElseThrow().bytes();
    }
  }

  /** Copies the files of a folder. */
  static Path copy(Path folder, Path to) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
    }
    return to;
  }
}
