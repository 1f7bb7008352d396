package dev.weft.core.metrics;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of asking sites to measure a state on held-out examples of their own. A site without
 * such examples is in no list: that is nothing out of the ordinary.
 *
 * @param pooled what they counted; empty if none did
 * @param withheld sites that keep their figures to themselves, in order of their names
 * @param missing sites that did not answer, or not in time, or not sensibly, each with one phrase
 *     that says why
 * @param bytesDown what they fetched for it
 */
public record SitesEvaluation(
    Optional<PooledEvaluation> pooled,
    List<String> withheld,
    SortedMap<String, String> missing,
    long bytesDown) {

  public SitesEvaluation {
    withheld = List.copyOf(withheld);
    missing = Collections.unmodifiableSortedMap(new TreeMap<>(missing));
    if (bytesDown < 0) {
      throw new IllegalArgumentException("bytesDown: must not be negative, got " + bytesDown);
    }
  }

  /** Whether no site has anything to say: all are without held-out examples. */
  public boolean silent() {
    return pooled.isEmpty() && withheld.isEmpty() && missing.isEmpty();
  }
}
