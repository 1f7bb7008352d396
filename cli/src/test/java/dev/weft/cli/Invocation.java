package dev.weft.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One {@code weft} command as a user meets it.
 *
 * @param status exit status
 * @param out what was printed to standard output
 * @param err what was printed to standard error
 */
record Invocation(int status, String out, String err) {

  /** Settings that cut the embedded model and data down until a round takes a second. */
  private static final List<String> TINY =
      List.of(
          "data.train-examples=72",
          "data.test-examples=30",
          "data.public-examples=8",
          "simulation.clients=3",
          "simulation.centralized-reference=false",
          "method.rank=4",
          "model.max-tokens=12",
          "model.targets=[5.attention.self.query, 5.attention.self.value]",
          "run.rounds=2",
          "training.batch-size=16",
          "training.local-steps=auto");

  /** Runs {@code weft} with these arguments in this process. */
  static Invocation weft(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status = Weft.run(new Console(new PrintWriter(out), new PrintWriter(err), 0), arguments);
    return new Invocation(status, out.toString(), err.toString());
  }

  /** The command line of {@code weft} in a process of its own. */
  static List<String> process(List<String> options, String... arguments) {
    return process(Weft.class, options, arguments);
  }

  /** The command line of a program in a process of its own. */
  static List<String> process(Class<?> main, List<String> options, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Arguments of a tiny {@code simulate}; {@code more} may set the same keys again. */
  static String[] tiny(String... more) {
    List<String> arguments = new ArrayList<>(List.of("simulate"));
    TINY.forEach(setting -> arguments.addAll(List.of("--set", setting)));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }
}
