package dev.weft.cli;

import dev.weft.federation.coordinator.CoordinatorHome;
import dev.weft.federation.coordinator.OperatorLine;
import dev.weft.federation.coordinator.OperatorRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Follows a run. */
@Command(
    name = "watch",
    description = "Prints each round of a run when it is committed, until the run is over.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long PAUSE_MILLIS = 1000;
  private static final List<String> GOING_ON = List.of("queued", "begun");

  @Parameters(paramLabel = "RUN", description = "Name of the run.")
  private String run;

  @Mixin private HomeOption home;

  private final Console console;

  WatchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    CoordinatorHome coordinator = new CoordinatorHome(home.path());
    int printed = 0;
    while (true) {
      String state = state(coordinator);
      List<String> rounds =
          OperatorLine.ask(
              coordinator, new OperatorRequest.Rounds(run), PATIENCE, console.err()::println);
      rounds.stream().skip(printed).forEach(console.out()::println);
      console.out().flush();
      printed = Math.max(printed, rounds.size());
      if (!GOING_ON.contains(state)) {
        console.out().println(run + " is over: " + state);
        return state.equals("completed") ? 0 : 1;
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /** How far the run is, as {@code weft runs} says it. */
  private String state(CoordinatorHome coordinator) {
    return OperatorLine.ask(
            coordinator, new OperatorRequest.Runs(), PATIENCE, console.err()::println)
        .stream()
        .map(line -> line.split("\t", -1))
        .filter(line -> line[0].equals(run))
        .map(line -> line[1])
        .findFirst()
        .orElse("it is no run of this coordinator");
  }
}
