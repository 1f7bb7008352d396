package dev.weft.cli;

import dev.weft.federation.coordinator.CoordinatorHome;
import dev.weft.federation.coordinator.OperatorLine;
import dev.weft.federation.coordinator.OperatorRequest;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that asks a coordinator that is up; its answer is printed line by line. */
abstract class OperatorCommand implements Callable<Integer> {
  /** A coordinator that is just being started may take so long. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Mixin private HomeOption home;

  private final Console console;

  OperatorCommand(Console console) {
    this.console = console;
  }

  abstract OperatorRequest request();

  @Override
  public Integer call() {
    OperatorLine.ask(new CoordinatorHome(home.path()), request(), PATIENCE, console.err()::println)
        .forEach(console.out()::println);
    return 0;
  }
}
