package dev.weft.cli;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Small files from the field, each of a kind that once went wrong. */
final class CaseFiles {
  private CaseFiles() {}

  static Path named(String name) {
    try {
      return Path.of(CaseFiles.class.getResource("/cases/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
