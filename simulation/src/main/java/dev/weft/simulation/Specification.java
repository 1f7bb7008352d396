package dev.weft.simulation;

import dev.weft.coordinator.RunSpec;
import dev.weft.coordinator.Site;
import dev.weft.core.Digest;
import dev.weft.core.config.ConfigWriter;
import dev.weft.core.config.WeftConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Everything that decides a simulated run, as its coordinator takes it. */
final class Specification {
  /** Every run has a journal of its own. */
  private static final String NAME = "simulation";

  private Specification() {}

  /**
   * @throws dev.weft.core.error.WeftException if the method and the clients do not go together
   */
  static RunSpec of(Workbench bench, Start start) {
    WeftConfig config = start.config();
    return new RunSpec(
        NAME,
        start.method(),
        start.training(),
        config.round(),
        start.encoding(bench),
        bench.seed(),
        config.run().rounds(),
        start.initial(),
        bench.model().facts().digest(),
        sites(bench, start),
        config.method().measureError(),
        decisive(bench, start));
  }

  private static List<Site> sites(Workbench bench, Start start) {
    List<Site> sites = new ArrayList<>();
    for (String client : bench.clients().keySet()) {
      int rank = start.config().method().rankOf(sites.size(), start.method().adapter().rank());
      sites.add(new Site(client, rank));
    }
    return sites;
  }

  /** Settings by their keys, and where what is not Weft's own comes from. */
  private static Map<String, String> decisive(Workbench bench, Start start) {
    Map<String, String> settings =
        new LinkedHashMap<>(ConfigWriter.decisive(Resolution.of(bench, start)));
    settings.put("data (training)", trainingData(bench).brief());
    settings.put("data (test)", bench.testDigest().brief());
    settings.putAll(start.plugins(bench));
    return settings;
  }

  /** Over every client's examples as they are trained on. */
  private static Digest trainingData(Workbench bench) {
    Digest.Builder digest = Digest.builder();
    bench.clients().forEach((name, examples) -> digest.add(name).add(examples.digest()));
    return digest.build();
  }
}
