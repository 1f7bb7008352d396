package dev.weft.federation;

import dev.weft.coordinator.RunSpec;
import dev.weft.coordinator.Site;
import dev.weft.core.config.ConfigWriter;
import dev.weft.core.config.WeftConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Everything that decides a run, as its coordinator takes it. */
public final class Specification {
  private Specification() {}

  /**
   * @param run its name; the same name on the same journal goes on with it
   * @throws dev.weft.core.error.WeftException if the method and the clients do not go together
   */
  public static RunSpec of(String run, Ground ground, Start start) {
    WeftConfig config = start.config();
    WeftConfig resolved = Resolution.of(ground, start);
    return new RunSpec(
        run,
        start.method(),
        start.training(),
        resolved.round(),
        start.encoding(ground),
        ground.seed(),
        config.run().rounds(),
        start.initial(),
        ground.model().facts().digest(),
        sites(ground, start),
        config.method().measureError(),
        decisive(resolved, ground, start));
  }

  private static List<Site> sites(Ground ground, Start start) {
    List<Site> sites = new ArrayList<>();
    for (String client : ground.members().keySet()) {
      int rank = start.config().method().rankOf(sites.size(), start.method().adapter().rank());
      sites.add(new Site(client, rank));
    }
    return sites;
  }

  /** Settings by their keys, and where what is not Weft's own comes from. */
  private static Map<String, String> decisive(WeftConfig resolved, Ground ground, Start start) {
    Map<String, String> settings = new LinkedHashMap<>(ConfigWriter.decisive(resolved));
    settings.putAll(ground.facts());
    settings.putAll(start.plugins(ground));
    return settings;
  }
}
