package dev.weft.federation.report;

import dev.weft.core.error.WeftException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * The folder that a run asks for.
 *
 * @param chosen whether its name is the user's; Weft's own gives way to the next one that is free
 */
public record RunFolder(Path path, boolean chosen) {

  /**
   * Refuses a chosen name that is taken, before work starts; whether it still is free when the
   * folder is made, {@link #make} sees to.
   *
   * @throws WeftException if there is something of that name
   */
  public void requireFree() {
    if (chosen && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw RunFiles.taken(path);
    }
  }

  /** Makes it, or refuses one that exists. */
  public RunFiles make() {
    return chosen ? RunFiles.create(path) : RunFiles.createNext(path);
  }
}
