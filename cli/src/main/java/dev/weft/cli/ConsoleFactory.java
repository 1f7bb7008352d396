package dev.weft.cli;

import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine;

/** Gives commands the console they print to: those that have a constructor for it. */
record ConsoleFactory(Console console) implements CommandLine.IFactory {

  @Override
  public <K> K create(Class<K> type) throws Exception {
    Optional<Constructor<?>> withConsole =
        Arrays.stream(type.getDeclaredConstructors())
            .filter(each -> Arrays.equals(each.getParameterTypes(), new Class<?>[] {Console.class}))
            .findFirst();
    return withConsole.isPresent()
        ? type.cast(withConsole.get().newInstance(console))
        : CommandLine.defaultFactory().create(type);
  }
}
