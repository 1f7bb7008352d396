package dev.weft.simulation.partition;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.finetune.data.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * The natural split: one client per site the data names, in alphabetical order; blanks around a
 * name are none of it. A column that holds no sites but texts or numbers is refused without a word
 * of what it holds, which may be about a patient.
 *
 * @param clients the number of sites the user expects, if any
 */
record ColumnPartitioner(Optional<Integer> clients) implements Partitioner {
  static final PartitionerCard CARD =
      new PartitionerCard("column", true, config -> new ColumnPartitioner(config.clients()));

  /** Letters of a name, on average; longer ones are texts. */
  private static final int LONGEST_NAME = 60;

  /** Words of a name, on average, where hardly two examples share one. */
  private static final int MOST_WORDS = 4;

  /** Of so many examples half are not from a site of their own. */
  private static final int ENOUGH_TO_TELL = 20;

  @Override
  public Partition partition(List<Example> examples, Seed seed) {
    requireSites(examples);
    Map<String, List<Integer>> sites =
        Shares.positions(examples.size()).stream()
            .collect(
                Collectors.groupingBy(
                    position -> examples.get(position).client().orElseThrow().strip(),
                    TreeMap::new,
                    Collectors.toList()));
    requireNames(sites.keySet(), examples.size());
    clients.ifPresent(expected -> check(expected, sites.size()));
    List<ClientShare> shares = new ArrayList<>();
    sites.forEach((name, own) -> shares.add(new ClientShare(name, own)));
    return new Partition(shares);
  }

  /** The first of the file is named, whatever the order of the examples here. */
  private static void requireSites(List<Example> examples) {
    List<Place> homeless =
        examples.stream()
            .filter(example -> example.client().isEmpty())
            .map(Example::place)
            .sorted(Comparator.comparingLong(Place::line))
            .toList();
    if (!homeless.isEmpty()) {
      throw new WeftException(
          Problem.BAD_DATA,
          Text.format(
              "%s: names no site%s, which simulation.partition.scheme = column needs of every"
                  + " example; add it or name its field in data.client-column",
              homeless.get(0),
              homeless.size() == 1 ? "" : ", nor do " + (homeless.size() - 1) + " others"));
    }
  }

  private static void requireNames(Set<String> sites, int examples) {
    boolean own = sites.size() > 1 && 2L * sites.size() > examples;
    boolean wordy = average(sites, name -> name.split("\\s+", -1).length) > MOST_WORDS;
    boolean texts = average(sites, String::length) > LONGEST_NAME;
    if (texts || (own && (wordy || examples >= ENOUGH_TO_TELL))) {
      throw new WeftException(
          Problem.BAD_DATA,
          Text.format(
              "data.client-column: names %d sites for %d examples, as a column of %s does; name the"
                  + " column that says where an example comes from, or set"
                  + " simulation.partition.scheme to equal",
              sites.size(), examples, texts || wordy ? "texts" : "numbers"));
    }
  }

  private static double average(Set<String> names, ToIntFunction<String> measure) {
    return names.stream().mapToInt(measure).average().orElse(0);
  }

  private static void check(int expected, int sites) {
    if (expected != sites) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "simulation.clients: is %d but the training data names %d site%s; leave it out or"
                  + " correct data.client-column",
              expected, sites, sites == 1 ? "" : "s"));
    }
  }
}
