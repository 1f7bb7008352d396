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
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The natural split: one client per site the data names, in alphabetical order.
 *
 * @param clients the number of sites the user expects, if any
 */
record ColumnPartitioner(Optional<Integer> clients) implements Partitioner {

  @Override
  public Partition partition(List<Example> examples, Seed seed) {
    requireSites(examples);
    Map<String, List<Integer>> sites =
        Shares.positions(examples.size()).stream()
            .collect(
                Collectors.groupingBy(
                    position -> examples.get(position).client().orElseThrow(),
                    TreeMap::new,
                    Collectors.toList()));
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
