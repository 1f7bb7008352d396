package dev.weft.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code weft} in processes of its own, as its users start it, in one folder. */
final class Processes {
  /** As the launchers have them, with a heap that many processes of a test have room for. */
  private static final List<String> OPTIONS = List.of("-XX:+UseSerialGC", "-Xmx1g");

  private final Path folder;
  private final Map<String, Process> up = new LinkedHashMap<>();

  Processes(Path folder) {
    this.folder = folder;
  }

  static int freePort() throws IOException {
    return DemoCommand.freePort();
  }

  /** What a command that ends by itself printed, and its status. */
  record Ended(List<String> lines, int status) {}

  Ended call(String... arguments) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(Invocation.process(OPTIONS, arguments))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .directory(folder.toFile())
            .start();
    try (BufferedReader out = process.inputReader()) {
      List<String> lines = out.lines().toList();
      return new Ended(lines, process.waitFor());
    }
  }

  /** Starts one that goes on; whatever it prints is in its log. */
  Process start(String name, List<String> arguments) throws IOException {
    Path log = folder.resolve(name + ".log");
    Process process =
        new ProcessBuilder(Invocation.process(OPTIONS, arguments.toArray(String[]::new)))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .directory(folder.toFile())
            .start();
    up.put(name, process);
    return process;
  }

  Process of(String name) {
    return up.get(name);
  }

  /** Kills it as the system kills. */
  void kill(String name) throws InterruptedException {
    up.get(name).destroyForcibly().waitFor();
  }

  boolean await(String name, long millis) throws InterruptedException {
    return up.get(name).waitFor(millis, TimeUnit.MILLISECONDS);
  }

  String log(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".log"));
  }

  /** Waits until a process has printed something, or is over. */
  void awaitWords(String name, String words) throws IOException, InterruptedException {
    while (!log(name).contains(words)) {
      if (await(name, 50)) {
        throw new IllegalStateException(name + " ended before \"" + words + "\": " + log(name));
      }
    }
  }

  void endAll() throws InterruptedException {
    for (Process process : up.values()) {
      process.destroyForcibly().waitFor();
    }
  }
}
