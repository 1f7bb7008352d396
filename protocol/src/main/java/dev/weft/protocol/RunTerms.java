package dev.weft.protocol;

import dev.weft.core.Digest;
import java.util.List;
import java.util.Map;

/**
 * What a site is told of a run before it makes its model and data ready for it.
 *
 * @param run name of the run
 * @param base digest of the quantized base model
 * @param classes in order; none for a model that continues text
 * @param settings what decides the results of the run, by configuration key
 * @param rounds of the whole run
 * @param adapterValues numbers in the largest adapter that a site trains
 */
public record RunTerms(
    String run,
    Digest base,
    List<String> classes,
    Map<String, String> settings,
    int rounds,
    long adapterValues) {

  public RunTerms {
    classes = List.copyOf(classes);
    settings = Map.copyOf(settings);
    if (run.isBlank()) {
      throw new IllegalArgumentException("run: must have a name");
    }
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds: must be at least 1, got " + rounds);
    }
  }

  /** A setting as its text alone, without the quotes of HOCON; empty if the run says nothing. */
  public String setting(String key) {
    String rendered = settings.getOrDefault(key, "");
    return rendered.startsWith("\"") && rendered.endsWith("\"") && rendered.length() > 1
        ? rendered.substring(1, rendered.length() - 1)
        : rendered;
  }
}
