package dev.weft.cli;

import picocli.CommandLine;

/** Gives commands the console they print to. */
record ConsoleFactory(Console console) implements CommandLine.IFactory {

  @Override
  public <K> K create(Class<K> type) throws Exception {
    return type == SimulateCommand.class
        ? type.cast(new SimulateCommand(console))
        : CommandLine.defaultFactory().create(type);
  }
}
