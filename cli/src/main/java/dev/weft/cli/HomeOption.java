package dev.weft.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --home}, the same for all commands of a federation. */
final class HomeOption {
  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Home of this coordinator or site; by default $WEFT_HOME, else ~/.weft.")
  private Path home;

  Path path() {
    return Optional.ofNullable(home)
        .or(() -> Optional.ofNullable(System.getenv("WEFT_HOME")).map(Path::of))
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".weft"));
  }
}
