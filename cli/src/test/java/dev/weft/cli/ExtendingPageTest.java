package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/extending.md} shows is compiled, packed and run as a reader would. */
class ExtendingPageTest {
  private static final Path PAGE = Path.of("../docs/extending.md");
  private static final Path EXAMPLE = Path.of("../examples/own-method/src/main");
  private static final Pattern FILE =
      Pattern.compile("^```(?:java|text) (\\S+)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  @TempDir Path folder;

  @BeforeEach
  void pack() throws IOException {
    jar(files(), folder.resolve("plugins"));
  }

  @Test
  void theAdapterAndTheMethodOfThePageRun() throws IOException, InterruptedException {
    Ended run =
        weft(
            folder.resolve("plugins"),
            Invocation.tiny(
                "--method",
                "equal-mean",
                "--set",
                "method.adapter=acme-lora",
                "--output",
                folder.toString(),
                "--set",
                "run.name=run"));

    assertThat(run.status()).as(run.printed()).isZero();
    assertThat(run.printed()).contains("equal-mean after round 2");
    JsonNode versions =
        new ObjectMapper().readTree(folder.resolve("run/provenance.json").toFile()).get("versions");
    assertThat(versions.get("plugin of equal-mean").asText()).matches("acme.jar [0-9a-f]{64}");
    assertThat(versions.get("plugin of acme-lora").asText()).matches("acme.jar [0-9a-f]{64}");
  }

  @Test
  void whatElseThePageAddsRunsAndIsNamed() throws IOException, InterruptedException {
    Path model = copied(resource("bert/tiny"), "\"bert\"", "\"acme-bert\"");

    Ended run =
        weft(
            folder.resolve("plugins"),
            "simulate",
            "--rounds",
            "1",
            "--clients",
            "3",
            "--output",
            folder.toString(),
            "--set",
            "run.name=run",
            "--set",
            "model.source=" + model,
            "--set",
            "model.quantization=ternary",
            "--set",
            "data.source=" + tabSeparated(),
            "--set",
            "simulation.partition.scheme=one-large");

    assertThat(run.status()).as(run.printed()).isZero();
    JsonNode versions =
        new ObjectMapper().readTree(folder.resolve("run/provenance.json").toFile()).get("versions");
    for (String name : List.of("one-large", ".tsv", "acme-bert", "ternary")) {
      assertThat(versions.path("plugin of " + name).asText())
          .as(name)
          .matches("acme.jar [0-9a-f]{64}");
    }
    assertThat(versions.has("plugin of fed-sb")).isFalse();
    assertNotResumedWithAnotherJar(folder.resolve("run"));
  }

  private void assertNotResumedWithAnotherJar(Path run) throws IOException, InterruptedException {
    Map<String, String> files = files();
    files.replaceAll((name, content) -> content.replace("our own notes", "their own notes"));
    jar(files, folder.resolve("changed"));

    Ended resumed = weft(folder.resolve("changed"), "simulate", "--resume", run.toString());

    assertThat(resumed.status()).isEqualTo(2);
    assertThat(resumed.printed()).contains("plugin of one-large");
  }

  @Test
  void theDecodersOfThePageAreRead() throws IOException, InterruptedException {
    Path stories = Path.of(System.getProperty("weft.models", ""), "stories260K");
    assumeTrue(
        Files.isDirectory(stories), "weft.models names no folder with the model stories260K");
    Path model = copied(stories, "\"llama\"", "\"acme-llama\"");

    Ended read = weft(folder.resolve("plugins"), "inspect", model.toString());
    Invocation alone = Invocation.weft("inspect", model.toString());

    assertThat(read.status()).as(read.printed()).isZero();
    assertThat(alone.status()).isEqualTo(Weft.BAD_INPUT);
    assertThat(alone.err()).contains("model_type \"acme-llama\"").contains("olmo2");
  }

  /** A model under another model_type. */
  private Path copied(Path model, String type, String other) throws IOException {
    Path copy = Files.createDirectory(folder.resolve("model"));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(model)) {
      for (Path file : files) {
        Files.copy(file, copy.resolve(file.getFileName().toString()));
      }
    }
    Path config = copy.resolve("config.json");
    String said = Files.readString(config);
    assertThat(said).contains(type);
    Files.writeString(config, said.replace(type, other));
    return copy;
  }

  private Path tabSeparated() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String line : Files.readAllLines(resource("bert/ok.jsonl"))) {
      JsonNode example = new ObjectMapper().readTree(line);
      lines.append(example.get("text").asText()).append('\t');
      lines.append(example.get("label").asText()).append('\n');
    }
    return Files.writeString(folder.resolve("notes.tsv"), lines);
  }

  private static Path resource(String name) {
    return Path.of("src/test/resources").resolve(name);
  }

  @Test
  void thePageShowsTheFilesOfTheExample() throws IOException {
    for (Map.Entry<String, String> file : files().entrySet()) {
      String kind = file.getKey().endsWith(".java") ? "java" : "resources";
      assertThat(EXAMPLE.resolve(kind).resolve(file.getKey())).hasContent(file.getValue());
    }
  }

  @Test
  void aNameThatIsTakenIsRefused() throws IOException, InterruptedException {
    Map<String, String> files = files();
    files.replaceAll((name, content) -> content.replace("\"equal-mean\"", "\"fedit\""));
    jar(files, folder.resolve("clash"));

    Ended run = weft(folder.resolve("clash"), Invocation.tiny());

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.printed())
        .contains("plugins: acme.jar ")
        .contains("names fedit, which there is");
  }

  @Test
  void aFileThatIsNoJarIsRefused() throws IOException, InterruptedException {
    Files.writeString(folder.resolve("plugins/broken.jar"), "junk");

    Ended run = weft(folder.resolve("plugins"), Invocation.tiny());

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.printed()).contains("broken.jar is no jar");
  }

  @Test
  void aJarThatFailsIsNamed() throws IOException, InterruptedException {
    Map<String, String> files = files();
    files.replaceAll(
        (name, content) ->
            content
                .replace(
                    "return List.of(\n        new MethodCard",
                    "throw new IllegalStateException(\"boom\" + List.of(\n        new MethodCard")
                .replace("new EqualMean())));", "new EqualMean()))));"));
    jar(files, folder.resolve("failing"));

    Ended run = weft(folder.resolve("failing"), Invocation.tiny());

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.printed()).contains("plugins: acme.Acme of acme.jar ").contains("boom");
  }

  @Test
  void twoBuildsOfOneJarAreRefused() throws IOException, InterruptedException {
    Path plugins = folder.resolve("plugins");
    Files.copy(plugins.resolve("acme.jar"), plugins.resolve("acme-old.jar"));

    Ended run = weft(plugins, Invocation.tiny());

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.printed()).contains("acme-old.jar and acme.jar both hold acme.Acme");
  }

  @Test
  void aFolderWithoutJarsIsRefused() throws IOException, InterruptedException {
    Files.createDirectory(folder.resolve("empty"));

    Ended run = weft(folder.resolve("empty"), Invocation.tiny());

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.printed()).contains("holds no jar");
  }

  private static Map<String, String> files() throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    Matcher blocks = FILE.matcher(Files.readString(PAGE));
    while (blocks.find()) {
      files.put(blocks.group(1), blocks.group(2));
    }
    assertThat(files).hasSize(12);
    return files;
  }

  private static void jar(Map<String, String> files, Path plugins) throws IOException {
    Path classes = Files.createDirectories(plugins.resolve("classes"));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-proc:none",
                "-Xlint:all,-processing",
                "-Werror",
                "-encoding",
                "UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString()));
    for (Map.Entry<String, String> file : files.entrySet()) {
      boolean source = file.getKey().endsWith(".java");
      Path place = (source ? plugins.resolve("source") : classes).resolve(file.getKey());
      Files.createDirectories(place.getParent());
      Files.writeString(place, file.getValue());
      if (source) {
        arguments.add(place.toString());
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new))).isZero();
    try (OutputStream out = Files.newOutputStream(plugins.resolve("acme.jar"));
        JarOutputStream jar = new JarOutputStream(out);
        Stream<Path> all = Files.walk(classes)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        jar.putNextEntry(new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, jar);
      }
    }
  }

  /** How a process of its own ended; registries are read once in a process. */
  private record Ended(int status, String printed) {}

  private static Ended weft(Path plugins, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = Invocation.process(List.of(), arguments);
    command.addAll(List.of("--plugins", plugins.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), printed);
  }
}
