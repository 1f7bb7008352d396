package dev.weft.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Asks a question of a Java process of its own, so that its memory, caches and threads are its own.
 * Questions and answers are records, sent as JSON.
 */
final class FreshProcess {
  /** A small heap, since weights and activations lie outside it; permissions are this process's. */
  private static final List<String> OPTIONS =
      List.of("-Xms32m", "-Xmx400m", "-XX:MaxDirectMemorySize=64g", "-XX:+UseSerialGC");

  private static final ObjectMapper JSON = new ObjectMapper();

  private FreshProcess() {}

  /**
   * Waits for the answer.
   *
   * @param main a class whose {@code main} calls {@link #answer}
   * @throws WeftException if that process fails
   */
  static <A> A ask(Class<?> main, Record question, Class<A> answer) {
    try {
      Path folder = Files.createTempDirectory("weft-bench-");
      Path result = folder.resolve("answer.json");
      Path complaints = folder.resolve("stderr.txt");
      try {
        int status =
            new ProcessBuilder(command(main, JSON.writeValueAsString(question), result))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(complaints.toFile())
                .start()
                .waitFor();
        if (status != 0) {
          throw new WeftException(
              Problem.INTERNAL,
              Text.format("%s ended with status %d: %s", question, status, firstLine(complaints)));
        }
        return JSON.readValue(result.toFile(), answer);
      } finally {
        Files.deleteIfExists(result);
        Files.deleteIfExists(complaints);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a measurement cannot pass the folder of temporary files", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeftException(Problem.INTERRUPTED, "the benchmark was interrupted", e);
    }
  }

  private static String firstLine(Path complaints) throws IOException {
    return Files.readAllLines(complaints).stream()
        .filter(line -> !line.isBlank())
        .findFirst()
        .orElse("it says nothing");
  }

  private static List<String> command(Class<?> main, String question, Path result) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(OPTIONS);
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(question, result.toString()));
    return command;
  }

  /**
   * What a {@code main} does that {@link #ask} started.
   *
   * @param arguments as that process got them
   */
  static <Q> void answer(String[] arguments, Class<Q> question, Function<Q, ?> work)
      throws IOException {
    Object answer = work.apply(JSON.readValue(arguments[0], question));
    JSON.writeValue(Path.of(arguments[1]).toFile(), answer);
  }
}
