package dev.weft.client.site;

import dev.weft.core.Digest;
import java.nio.charset.StandardCharsets;

/** Under which a site keeps what belongs to a run. */
final class RunFileName {
  private RunFileName() {}

  /** The coordinator chose the run's name, so that it may lead nowhere else. */
  static String of(String run) {
    return run.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")
        ? run
        : Digest.of(run.getBytes(StandardCharsets.UTF_8)).hex();
  }
}
