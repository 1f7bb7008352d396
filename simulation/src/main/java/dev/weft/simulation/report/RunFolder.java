package dev.weft.simulation.report;

import java.nio.file.Path;

/**
 * The folder that a run asks for.
 *
 * @param chosen whether its name is the user's; Weft's own gives way to the next one that is free
 */
public record RunFolder(Path path, boolean chosen) {

  /** Makes it, or refuses one that exists. */
  public RunFiles make() {
    return chosen ? RunFiles.create(path) : RunFiles.createNext(path);
  }
}
