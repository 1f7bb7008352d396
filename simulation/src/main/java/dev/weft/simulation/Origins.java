package dev.weft.simulation;

import dev.weft.aggregation.method.Methods;
import dev.weft.finetune.data.DataSources;
import dev.weft.simulation.partition.Partitioners;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where what a run is made of comes from, unless it is Weft's own; by its name as provenance and
 * identity list it.
 */
final class Origins {
  private final SortedMap<String, String> found = new TreeMap<>();

  private Origins() {}

  static SortedMap<String, String> of(Workbench bench, Start start) {
    Origins origins = new Origins();
    origins.addAll(Methods.origins(start.config().method()));
    origins.addAll(bench.model().origins());
    origins.addAll(DataSources.origins(start.config().data()));
    Partitioners.origin(bench.partitioner())
        .ifPresent(origin -> origins.add(bench.partitioner().name(), origin));
    return origins.found;
  }

  private void addAll(Map<String, String> others) {
    others.forEach(this::add);
  }

  /** Two kinds may have one name, and two jars. */
  private void add(String name, String origin) {
    found.merge(
        "plugin of " + name, origin, (one, other) -> one.equals(other) ? one : one + ", " + other);
  }
}
