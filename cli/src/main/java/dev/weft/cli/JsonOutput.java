package dev.weft.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.error.WriteFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Stack;
import java.util.function.Supplier;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/**
 * The figures for a script: {@code --json=FILE} writes them beside what is printed; {@code --json}
 * alone makes them the one line of standard output, and all else goes to standard error.
 */
final class JsonOutput {
  private static final String STANDARD_OUTPUT = "-";

  @Option(
      names = "--json",
      arity = "0..1",
      paramLabel = "FILE",
      fallbackValue = STANDARD_OUTPUT,
      preprocessor = OnlyAttached.class,
      description = {
        "All figures as JSON: in a file, or as the only line of standard output.",
        "The file is named as --json=FILE."
      })
  private String target;

  /** What follows after a space is the next argument and no file to write. */
  static final class OnlyAttached implements IParameterPreprocessor {
    @Override
    public boolean preprocess(
        Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> info) {
      boolean attached = !" ".equals(info.get("separator"));
      if (!attached) {
        option.setValue(STANDARD_OUTPUT);
      }
      return !attached;
    }
  }

  /**
   * Where the command prints what people read.
   *
   * @throws WeftException if there is a file to write and there cannot be one
   */
  Console beside(Console console) {
    if (target == null) {
      return console;
    }
    if (target.equals(STANDARD_OUTPUT)) {
      return console.toErr();
    }
    Path parent = file().toAbsolutePath().getParent();
    if (!Files.isDirectory(parent) || Files.isDirectory(file())) {
      throw cannotWrite("there is no folder for it, or one in its place");
    }
    return console;
  }

  /** Writes the figures where they were asked for; computes none that were not. */
  void write(Console console, Supplier<? extends JsonNode> figures) {
    if (target == null) {
      return;
    }
    if (target.equals(STANDARD_OUTPUT)) {
      console.out().println(figures.get());
      console.out().flush();
      return;
    }
    try {
      Files.writeString(file(), figures.get() + "\n");
    } catch (IOException e) {
      throw cannotWrite(WriteFailure.of(e).reason());
    }
  }

  private Path file() {
    try {
      return Path.of(target);
    } catch (InvalidPathException e) {
      throw cannotWrite("that is no path");
    }
  }

  private WeftException cannotWrite(String reason) {
    return new WeftException(
        Problem.UNWRITABLE_OUTPUT,
        Text.format("--json: %s cannot be written, for %s; name another file", target, reason));
  }
}
