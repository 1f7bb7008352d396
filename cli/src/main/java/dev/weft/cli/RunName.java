package dev.weft.cli;

import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.WeftException;
import dev.weft.federation.report.RunFolder;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** The folder a simulation writes to. */
final class RunName {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  private RunName() {}

  /**
   * The configured name, or method and time.
   *
   * @throws WeftException if the configured folder exists already; whether it still does not when
   *     it is made, {@link RunFolder#make} sees to
   */
  static RunFolder folder(WeftConfig config, List<String> compare) {
    String what = compare.isEmpty() ? config.method().name() : "compare";
    String name =
        config
            .run()
            .name()
            .orElseGet(() -> what + "-" + LocalDateTime.now(ZoneId.systemDefault()).format(STAMP));
    boolean chosen = config.run().name().isPresent();
    RunFolder folder = new RunFolder(Path.of(config.run().output(), name), chosen);
    folder.requireFree();
    return folder;
  }
}
