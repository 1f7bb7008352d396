package dev.weft.protocol;

import dev.weft.core.Text;
import dev.weft.core.artifact.Artifact;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The files that a run leaves for its sites.
 *
 * @param id under which they can be fetched; no round of the run
 * @param files by their names below the folder of the run, such as {@code
 *     adapter/adapter_config.json}
 */
public record RunResults(RoundId id, SortedMap<String, Artifact> files) {
  private static final Pattern NAME =
      Pattern.compile("(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}/)?[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}");

  private static final int MOST = 32;

  public RunResults {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    if (files.size() > MOST) {
      throw new IllegalArgumentException("files: at most " + MOST + ", got " + files.size());
    }
    for (String name : files.keySet()) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            Text.format("files: %s is no name of a result", Text.quoted(name)));
      }
    }
  }
}
