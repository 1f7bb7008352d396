package dev.weft.coordinator;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that decides the results of a run, as text by name: what the same run must find again
 * whenever it is started. Settings go by their configuration keys.
 */
public record RunIdentity(Map<String, String> facts) {

  private static final String ABSENT = "absent";

  public RunIdentity {
    facts = Collections.unmodifiableSortedMap(new TreeMap<>(facts));
  }

  /**
   * @param run its name
   * @throws WeftException if another identity has any fact otherwise
   */
  void requireSame(String run, RunIdentity now) {
    List<String> differences = differences(now);
    if (!differences.isEmpty()) {
      throw new WeftException(
          Problem.ANOTHER_RUN,
          Text.format(
              "run %s is not the one that was started: %s; set that back, or give the new run"
                  + " another name (only deadlines, attempts, output and parallelism may change)",
              run, String.join("; ", differences)));
    }
  }

  /** One phrase for every fact that another identity has otherwise, by name. */
  private List<String> differences(RunIdentity now) {
    SortedSet<String> names = new TreeSet<>(facts.keySet());
    names.addAll(now.facts.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String before = facts.getOrDefault(name, ABSENT);
      String after = now.facts.getOrDefault(name, ABSENT);
      if (!before.equals(after)) {
        differences.add(Text.format("%s was %s and is %s", name, before, after));
      }
    }
    return differences;
  }
}
