package dev.weft.client.doctor;

import dev.weft.client.site.SiteHome;
import dev.weft.core.Text;
import dev.weft.core.config.EngineConfig;
import dev.weft.finetune.data.DataSources;
import dev.weft.finetune.torch.Processor;
import dev.weft.privacy.keys.Authority;
import dev.weft.privacy.keys.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a site has on its own machine: keys, room, data, models, an engine. */
final class Belongings {
  private static final long MEGABYTE = 1L << 20;
  private static final long LITTLE = 1024 * MEGABYTE;
  private static final long TOO_LITTLE = 100 * MEGABYTE;
  private static final String EMBEDDED = "embedded:";
  private static final Path NVIDIA_DRIVER = Path.of("/proc/driver/nvidia/version");

  private Belongings() {}

  static List<Finding> keys(SiteHome home) {
    List<String> warnings = home.keys().warnings();
    return warnings.isEmpty()
        ? List.of(Finding.ok("key files", "nobody but their owner may read them"))
        : warnings.stream()
            .map(one -> new Finding(Finding.Verdict.WARN, "key files", one))
            .toList();
  }

  static Finding certificate(Credentials own, Instant now) {
    Instant from = own.issued().certificate().getNotBefore().toInstant();
    Instant half = from.plus(Duration.between(from, own.notAfter()).dividedBy(2));
    if (now.isBefore(from)) {
      return Finding.fail(
          "certificate",
          Text.format(
              "this site's certificate begins at %s, and this machine's clock says %s, so that it"
                  + " is at least %d minutes behind",
              from, now, Duration.between(now, from).plus(Authority.CLOCK_SKEW).toMinutes()),
          "set this machine's clock right (NTP)");
    }
    if (now.isAfter(own.notAfter())) {
      return Finding.fail(
          "certificate",
          Text.format(
              "this site's certificate ended at %s, and this machine's clock says %s",
              own.notAfter(), now),
          "if the clock is right, join again with a new invitation, into a new home");
    }
    return own.halfLife(now)
        ? Finding.warn(
            "certificate",
            Text.format("ends at %s, in %d days", own.notAfter(), days(now, own.notAfter())),
            "start weft client, which renews it; if the site stays away until it ends, it needs a"
                + " new invitation")
        : Finding.ok(
            "certificate",
            Text.format("until %s; weft client renews it from %s on", own.notAfter(), half));
  }

  private static long days(Instant from, Instant to) {
    return Duration.between(from, to).toDays();
  }

  static Finding disk(SiteHome home) throws IOException {
    long room = Files.getFileStore(home.folder()).getUsableSpace();
    String detail = Text.format("%d MB free under %s", room / MEGABYTE, home.folder());
    String fix = "free the disk, for what is fetched and updates on their way lie there";
    if (room < TOO_LITTLE) {
      return Finding.fail("disk", detail, fix);
    }
    return room < LITTLE ? Finding.warn("disk", detail, fix) : Finding.ok("disk", detail);
  }

  /**
   * @param set whether the site says what its data is
   */
  static Finding data(String source, boolean set) throws IOException {
    if (!set) {
      return Finding.fail(
          "data",
          "data.source is not set, so that this site takes part in no run",
          "name its own file there in weft.conf, or by weft client --set data.source=FILE");
    }
    if (!DataSources.isFile(source)) {
      return Finding.ok("data", source);
    }
    Path file = Path.of(source);
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      return Finding.fail(
          "data",
          Text.format("data.source: %s cannot be read", file.toAbsolutePath()),
          "correct the path, which counts from the working folder, or the file's permissions");
    }
    long bytes = Files.size(file);
    return bytes == 0
        ? Finding.fail("data", Text.format("data.source: %s is empty", file), "name another file")
        : Finding.ok("data", Text.format("%s, %d bytes", file.toAbsolutePath(), bytes));
  }

  static List<Finding> models(List<String> models) {
    List<Finding> found = new ArrayList<>();
    models.forEach(model -> found.add(model(model)));
    return found.isEmpty()
        ? List.of(Finding.ok("models", "the embedded one alone (client.models is empty)"))
        : List.copyOf(found);
  }

  private static Finding model(String model) {
    if (model.startsWith(EMBEDDED)) {
      return Finding.ok("models", model);
    }
    String fix = "correct client.models, or the permissions";
    try {
      Path path = Path.of(model);
      if (!Files.isReadable(path)) {
        return Finding.fail("models", path.toAbsolutePath() + " cannot be read", fix);
      }
      return Files.isDirectory(path) && !holdsModel(path)
          ? Finding.fail(
              "models", path.toAbsolutePath() + " has neither config.json nor a .gguf file", fix)
          : Finding.ok("models", path.toAbsolutePath().toString());
    } catch (IOException | InvalidPathException e) {
      return Finding.fail("models", Text.format("%s cannot be read", model), fix);
    }
  }

  private static boolean holdsModel(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .anyMatch(name -> name.equals("config.json") || name.endsWith(".gguf"));
    }
  }

  static Finding engine(EngineConfig config) {
    Processor.choose(config);
    String detail =
        Text.format("libtorch computes on %s in %s", Processor.name(), Processor.precision(config));
    return !Processor.isGpu() && Files.exists(NVIDIA_DRIVER) && config.device().isEmpty()
        ? Finding.warn(
            "engine",
            detail + ", and this machine has a driver for NVIDIA's GPUs",
            "bring a libtorch with CUDA as docs/engine.md says")
        : Finding.ok("engine", detail);
  }
}
