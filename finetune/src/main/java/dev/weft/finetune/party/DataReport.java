package dev.weft.finetune.party;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What became of a site's own records. It is the site's, and leaves it as little as they do.
 *
 * @param source as the configuration names it
 * @param malformed records that could not be read, and were passed over
 * @param foreign records of a class that is none of the run's, passed over likewise
 * @param notChosen good ones that {@code data.train-examples} does not ask for
 * @param nothingToLearn those of which {@code model.max-tokens} leaves nothing to learn
 * @param used what is really trained on, or measured on
 * @param classes of what is used, with how many each has, in the order of the head's outputs; none
 *     for a model that continues text
 */
public record DataReport(
    String source,
    int malformed,
    int foreign,
    int notChosen,
    int nothingToLearn,
    int used,
    Map<String, Integer> classes) {

  public DataReport {
    classes = Collections.unmodifiableMap(new LinkedHashMap<>(classes));
  }

  /** Records of the source, good and bad. */
  public int records() {
    return malformed + foreign + notChosen + nothingToLearn + used;
  }
}
