package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of the distribution, with a Java that prints what it was asked for. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  private static final Path LAUNCHER = Path.of("../packaging/bin/weft");

  @TempDir private Path temporary;
  private Path app;
  private Path java;

  @BeforeEach
  void install() throws IOException {
    Path folder = temporary.toRealPath();
    app = folder.resolve("a folder/weft 1.0");
    Files.createDirectories(app.resolve("bin"));
    Files.copy(LAUNCHER, app.resolve("bin/weft"));
    makeExecutable(app.resolve("bin/weft"));
    java = folder.resolve("a java");
    Files.createDirectories(java.resolve("bin"));
    writeJava("printf '%s\\n' \"$@\"");
    writeRelease("17.0.15");
  }

  @Test
  void findsItsJarsThroughALinkFromAnotherFolder() throws Exception {
    Path link = temporary.resolve("weft");
    Files.createSymbolicLink(link, Path.of("a folder/weft 1.0/bin/weft"));
    Path linkOfLink = temporary.resolve("other");
    Files.createSymbolicLink(linkOfLink, link.toAbsolutePath());

    Ended ended = run(linkOfLink, Map.of("JAVA_HOME", java.toString()), "runs", "two words", "*");

    assertThat(ended.lines())
        .containsSubsequence("-cp", app + "/lib/*", Weft.class.getName(), "runs", "two words", "*");
    assertThat(ended.status()).isZero();
  }

  @Test
  void theUsersOptionsOfJavaComeAfterItsOwn() throws Exception {
    Ended ended =
        run(
            app.resolve("bin/weft"),
            Map.of("JAVA_HOME", java.toString(), "WEFT_JAVA_OPTS", "-Xmx5g -Da=b"));
    assertThat(ended.lines())
        .containsSubsequence("-XX:MaxRAMPercentage=12.5", "-Xmx5g", "-Da=b", "-cp");
  }

  @Test
  void withoutJavaHomeItTakesTheJavaOfThePath() throws Exception {
    String path = java.resolve("bin") + ":" + System.getenv("PATH");
    assertThat(run(app.resolve("bin/weft"), Map.of("PATH", path), "runs").lines())
        .endsWith(Weft.class.getName(), "runs");
  }

  @Test
  void anOldJavaIsNamed() throws Exception {
    writeRelease("11.0.2");
    assertTooOld(run());
  }

  @Test
  void aJavaWhoseFolderSaysNothingIsAsked() throws Exception {
    Files.delete(java.resolve("release"));
    writeJava(
        "[ \"$1\" != -version ] || echo 'openjdk version \"25\" 2025-09-16' >&2; echo \"$@\"");
    assertThat(run().lines())
        .singleElement()
        .asString()
        .contains("--sun-misc-unsafe-memory-access");
    writeJava("echo 'java version \"1.8.0_201\"' >&2");
    assertTooOld(run());
  }

  @Test
  void onlyNewerJavasGetTheirOptions() throws Exception {
    assertThat(run().lines())
        .contains("--enable-native-access=ALL-UNNAMED")
        .doesNotContain("--sun-misc-unsafe-memory-access=allow");
    writeRelease("25.0.1");
    assertThat(run().lines()).contains("--sun-misc-unsafe-memory-access=allow");
  }

  @Test
  void whatAWarmUpLeavesServesTheSameJavaAlone() throws Exception {
    assertThat(run().lines()).contains("-Xshare:auto");
    writeJava("for each; do case $each in *AtExit=*) echo kept >\"${each#*=}\";; esac; done");
    assertThat(run("warm-up").status()).isZero();
    writeJava("printf '%s\\n' \"$@\"");

    Path archive = onlyArchive();
    assertThat(run().lines()).contains("-XX:SharedArchiveFile=" + archive);
    assertThat(archive).hasContent("kept");
    writeRelease("25.0.1");
    assertThat(run().lines()).contains("-Xshare:auto");
  }

  @Test
  void aWarmUpThatFailsLeavesNothing() throws Exception {
    writeJava("exit 2");
    assertThat(run("warm-up").status()).isEqualTo(2);
    writeJava("printf '%s\\n' \"$@\"");
    assertThat(run().lines()).contains("-Xshare:auto");
  }

  private Path onlyArchive() throws IOException {
    try (Stream<Path> files = Files.list(app)) {
      List<Path> archives = files.filter(Files::isRegularFile).toList();
      assertThat(archives).hasSize(1);
      return archives.get(0);
    }
  }

  private static void assertTooOld(Ended ended) {
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.lines()).singleElement().asString().contains("a java", "older than Java 17");
  }

  private Ended run(String... arguments) throws IOException, InterruptedException {
    return run(app.resolve("bin/weft"), Map.of("JAVA_HOME", java.toString()), arguments);
  }

  private record Ended(List<String> lines, int status) {}

  private Ended run(Path launcher, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder process = new ProcessBuilder(launcher.toString());
    process.command().addAll(List.of(arguments));
    process.environment().remove("JAVA_HOME");
    process.environment().remove("WEFT_JAVA_OPTS");
    process.environment().putAll(environment);
    Process started = process.directory(temporary.toFile()).redirectErrorStream(true).start();
    try (BufferedReader out = started.inputReader(StandardCharsets.UTF_8)) {
      List<String> lines = out.lines().toList();
      return new Ended(lines, started.waitFor());
    }
  }

  private void writeRelease(String version) throws IOException {
    Files.writeString(
        java.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
  }

  private void writeJava(String line) throws IOException {
    Path file = java.resolve("bin/java");
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    makeExecutable(file);
  }

  private static void makeExecutable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }
}
