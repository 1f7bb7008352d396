package dev.weft.cli;

import dev.weft.core.Text;
import dev.weft.core.config.Durations;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.federation.Versions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The {@code weft} command. */
@Command(
    name = "weft",
    description = "Federated fine-tuning of quantized language models.",
    mixinStandardHelpOptions = true,
    versionProvider = Weft.Build.class,
    subcommands = {
      SimulateCommand.class,
      InitCommand.class,
      CoordinatorCommand.class,
      InviteCommand.class,
      ApproveCommand.class,
      JoinCommand.class,
      DoctorCommand.class,
      ClientCommand.class,
      SubmitCommand.class,
      RunsCommand.class,
      RoundsCommand.class,
      WatchCommand.class,
      SitesCommand.class,
      StopCommand.class,
      ResumeCommand.class,
      RevokeCommand.class,
      AuditCommand.class,
      DemoCommand.class,
      WarmUpCommand.class,
      InspectCommand.class,
      GenerateCommand.class,
      EvaluateCommand.class,
      ExportCommand.class,
      BenchCommand.class
    })
public final class Weft implements Runnable {
  /** The user's input cannot be used. */
  static final int BAD_INPUT = 2;

  /** What was printed did not arrive. */
  static final int LOST_OUTPUT = 4;

  /** Weft itself is at fault. */
  private static final int DEFECT = 70;

  /** Java has no memory left; the launcher's {@code ExitOnOutOfMemoryError} says the same. */
  private static final int NO_MEMORY = 3;

  /** What {@code --version} says. */
  static final class Build implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"weft " + Versions.weft()};
    }
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description =
          "Folder of jars with methods, adapters, partitioners, data sources, families or"
              + " quantization formats of your own; see docs/extending.md.")
  private Path plugins;

  public static void main(String[] arguments) {
    Console console = Console.ofProcess();
    System.exit(run(console, arguments));
  }

  /** Runs one command and returns its exit status. */
  static int run(Console console, String... arguments) {
    try {
      int status =
          requireReadable(console, arguments) ? commands(console).execute(arguments) : BAD_INPUT;
      return console.hasLostOutput() ? lost(console, status) : status;
    } catch (OutOfMemoryError e) {
      console.err().println("weft: " + outOfMemory(e));
      console.err().flush();
      return NO_MEMORY;
    }
  }

  private static CommandLine commands(Console console) {
    Weft weft = new Weft();
    return new CommandLine(weft, new ConsoleFactory(console))
        .setExecutionStrategy(weft::execute)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(Integer.class, text -> (int) whole(text, Integer.SIZE))
        .registerConverter(int.class, text -> (int) whole(text, Integer.SIZE))
        .registerConverter(long.class, text -> whole(text, Long.SIZE))
        .registerConverter(Duration.class, Weft::duration)
        .setOut(console.out())
        .setErr(console.err())
        .setParameterExceptionHandler(Weft::explainUsage)
        .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure, command));
  }

  private int execute(ParseResult parsed) {
    if (plugins != null) {
      try {
        Plugins.open(plugins);
      } catch (WeftException e) {
        return explain(e, spec.commandLine());
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /** Says what range a number must be in, where picocli would say that it is no int. */
  private static long whole(String text, int bits) {
    if (text.matches("[+-]?[0-9]{1,40}")) {
      BigInteger number = new BigInteger(text);
      if (number.bitLength() < bits) {
        return number.longValue();
      }
    }
    throw new TypeConversionException(
        Text.format(
            "%s is not a whole number from %d to %d",
            Text.quoted(text),
            Long.MIN_VALUE >> (Long.SIZE - bits),
            Long.MAX_VALUE >> (Long.SIZE - bits)));
  }

  /** As in a configuration file. */
  private static Duration duration(String text) {
    try {
      Duration duration = Durations.parse(text);
      if (duration.isZero() || duration.isNegative()) {
        throw new IllegalArgumentException("not positive");
      }
      return duration;
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          Text.quoted(text) + " is no time; write a number and a unit, such as 90s, 5m, 12h or 7d");
    }
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Java gives what it cannot read of an argument as U+FFFD, which is not what was typed. */
  private static boolean requireReadable(Console console, String... arguments) {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].indexOf('\uFFFD') >= 0) {
        console
            .err()
            .println(
                Text.format(
                    "weft: %s: argument %d has letters that this system's locale cannot read; set"
                        + " LC_ALL=C.UTF-8 (%s)",
                    Text.quoted(arguments[i]), i + 1, Problem.BAD_VALUE.code()));
        console.err().flush();
        return false;
      }
    }
    return true;
  }

  /** A status that says more stays; one of success would be a lie. */
  private static int lost(Console console, int status) {
    if (!console.isUnread()) {
      console
          .err()
          .println(
              Text.format(
                  "weft: standard output could not be written%s, so that what was printed is not"
                      + " complete; free the disk or name another file (%s)",
                  console.failure().get().map(e -> ", for " + e.getMessage()).orElse(""),
                  Problem.UNWRITABLE_OUTPUT.code()));
      console.err().flush();
    }
    return status == 0 ? LOST_OUTPUT : status;
  }

  private static String outOfMemory(OutOfMemoryError error) {
    return Text.format(
        "Java has no memory left (%s); give its heap more, such as WEFT_JAVA_OPTS=-Xmx4g, or use"
            + " fewer clients or examples (%s)",
        error.getMessage(), Problem.NOT_ENOUGH_MEMORY.code());
  }

  private static int explainUsage(ParameterException problem, String[] arguments) {
    CommandLine command = problem.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(
        Text.format(
            "weft: %s; see %s --help",
            problem.getMessage(), command.getCommandSpec().qualifiedName()));
    err.flush();
    return BAD_INPUT;
  }

  private static int explain(Exception failure, CommandLine command) {
    PrintWriter err = command.getErr();
    if (failure instanceof WeftException known) {
      err.println("weft: " + known.sentence());
      err.flush();
      return known.problem() == Problem.INTERNAL ? DEFECT : BAD_INPUT;
    }
    if (failure instanceof InvalidPathException path) {
      err.println(
          Text.format(
              "weft: %s: is no path, or has letters that this system's locale cannot write; set"
                  + " LC_ALL=C.UTF-8 (%s)",
              Text.quoted(path.getInput()), Problem.BAD_VALUE.code()));
      err.flush();
      return BAD_INPUT;
    }
    err.println(
        Text.format(
            "weft: a defect in Weft, not in your input: %s; please report it with %s (%s)",
            failure, details(failure), Problem.INTERNAL.code()));
    err.flush();
    return DEFECT;
  }

  private static String details(Exception failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    try {
      Path file = Files.createTempFile("weft-defect-", ".txt");
      Files.writeString(file, trace.toString(), StandardCharsets.UTF_8);
      return file.toString();
    } catch (IOException e) {
      return "this trace: " + trace;
    }
  }
}
