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
 * Sites whose names a reader takes for the same: they differ in letter case, white space or the
 * Unicode form of a letter. They are different sites, which is most often not what was meant.
 */
public final class Lookalikes {
  private Lookalikes() {}

  /** One sentence for each group of such names, in the order of the first. */
  public static List<String> warnings(Collection<String> sites) {
    Map<String, List<String>> groups = new TreeMap<>();
    for (String site : sites) {
      groups.computeIfAbsent(folded(site), first -> new ArrayList<>()).add(site);
    }
    return groups.values().stream()
        .filter(group -> group.size() > 1)
        .map(
            group ->
                Text.format(
                    "the sites %s differ only in letter case, white space or Unicode form and count"
                        + " as %d sites; write them alike if they are one",
                    group.stream().sorted().map(Text::quoted).collect(Collectors.joining(", ")),
                    group.size()))
        .toList();
  }

  private static String folded(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFKC)
        .toUpperCase(Locale.ROOT)
        .toLowerCase(Locale.ROOT)
        .replaceAll("\\s+", " ")
        .strip();
  }
}
