package dev.weft.simulation.partition;

import dev.weft.core.Text;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Names of sites or classes that a reader takes for the same: they differ in letter case, white
 * space or the Unicode form of a letter. Where the difference is more than blanks around them, they
 * count as different, which is most often not what was meant.
 */
public final class Lookalikes {
  /** Of names and of sentences. */
  private static final int MOST_NAMED = 5;

  private Lookalikes() {}

  /**
   * One sentence for each group of such names, in alphabetical order; the first few.
   *
   * @param kind what the names are of, in the plural
   * @param names as the data writes them, each once
   */
  public static List<String> warnings(String kind, Collection<String> names) {
    Map<String, List<String>> groups = new TreeMap<>();
    for (String name : names) {
      groups.computeIfAbsent(folded(name), first -> new ArrayList<>()).add(name);
    }
    return groups.values().stream()
        .filter(group -> group.size() > 1)
        .limit(MOST_NAMED)
        .map(group -> warning(kind, group))
        .toList();
  }

  private static String warning(String kind, List<String> group) {
    String names =
        group.stream()
            .sorted()
            .limit(MOST_NAMED)
            .map(Text::quoted)
            .collect(Collectors.joining(", "));
    long counted = group.stream().map(String::strip).distinct().count();
    return counted == 1
        ? Text.format("the %s %s differ only in blanks around them and count as one", kind, names)
        : Text.format(
            "the %s %s differ only in letter case, white space or Unicode form and count as %d;"
                + " write them alike if they are one",
            kind, names, counted);
  }

  private static String folded(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFKC)
        .toUpperCase(Locale.ROOT)
        .toLowerCase(Locale.ROOT)
        .replaceAll("\\s+", " ")
        .strip();
  }
}
