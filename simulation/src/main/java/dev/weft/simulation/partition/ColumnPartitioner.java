package dev.weft.simulation.partition;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import java.util.ArrayList;
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
    Map<String, List<Integer>> sites =
        Shares.positions(examples.size()).stream()
            .collect(
                Collectors.groupingBy(
                    position -> site(examples.get(position)), TreeMap::new, Collectors.toList()));
    clients.ifPresent(expected -> check(expected, sites.size()));
    List<ClientShare> shares = new ArrayList<>();
    sites.forEach((name, own) -> shares.add(new ClientShare(name, own)));
    return new Partition(shares);
  }

  private static String site(Example example) {
    return example
        .client()
        .orElseThrow(
            () ->
                new WeftException(
                    Problem.BAD_DATA,
                    Text.format(
                        "simulation.partition.scheme: column needs a client for every example,"
                            + " \"%s\" has none; add the field or name it in data.client-column",
                        abbreviated(example.text()))));
  }

  private static String abbreviated(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
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
