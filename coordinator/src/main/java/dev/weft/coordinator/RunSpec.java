package dev.weft.coordinator;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.config.RoundConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.method.Method;
import dev.weft.core.random.Seed;
import dev.weft.core.update.UpdateEncoding;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that decides a run.
 *
 * @param run name of the run; the same name on the same journal continues it
 * @param method how clients train and how their updates are combined
 * @param training local training
 * @param round cohort and deadlines
 * @param encoding how updates become integers; holds what one of them may weigh
 * @param seed of all reproducible randomness
 * @param rounds number of rounds to commit
 * @param initial state before the first round
 * @param base digest of the quantized base model
 * @param sites its members
 * @param measureError whether the aggregation error is computed
 * @param settings whatever else decides the results, as text by configuration key
 */
public record RunSpec(
    String run,
    Method method,
    LocalTraining training,
    RoundConfig round,
    UpdateEncoding encoding,
    Seed seed,
    int rounds,
    GlobalState initial,
    Digest base,
    List<Site> sites,
    boolean measureError,
    Map<String, String> settings) {

  public RunSpec {
    sites = List.copyOf(sites);
    settings = Map.copyOf(settings);
    if (run.isBlank()) {
      throw new IllegalArgumentException("run: must have a name");
    }
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds: must be at least 1, got " + rounds);
    }
    if (initial.round() != 0) {
      throw new IllegalArgumentException("initial: must be a state before the first round");
    }
    if (sites.stream().map(Site::name).distinct().count() < sites.size()) {
      throw new IllegalArgumentException("sites: two have the same name");
    }
    int largest = initial.adapter().form().rank();
    for (Site site : sites) {
      if (site.rank() > largest) {
        throw new WeftException(
            Problem.RANK_TOO_LARGE,
            Text.format(
                "client %s: rank %d is larger than the global adapter's rank %d",
                site.name(), site.rank(), largest));
      }
    }
    if (sites.size() < round.minClients()) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "round.min-clients: %d clients are needed but only %d are registered; lower it, or"
                  + " let more sites take part",
              round.minClients(), sites.size()));
    }
    method.aggregator().requireClients(round.cohortSize(sites.size()));
    if (encoding.clients() < round.cohortSize(sites.size())) {
      throw new IllegalArgumentException("encoding: must be agreed for a whole cohort");
    }
  }

  /**
   * What the same run must be whenever it is started.
   *
   * @param start digest of the state before the first round
   */
  RunIdentity identity(Digest start) {
    Map<String, String> facts = new HashMap<>(settings);
    facts.put("run.seed", Long.toString(seed.value()));
    facts.put("run.rounds", Integer.toString(rounds));
    facts.put("method.name", method.name());
    facts.put("round.fraction", Double.toString(round.fraction()));
    facts.put("round.min-clients", Integer.toString(round.minClients()));
    facts.put("round.max-examples", Long.toString(encoding.mostExamples()));
    facts.put("base model", base.brief());
    facts.put("adapted layers", initial.adapter().target().digest().brief());
    facts.put("initial state", start.brief());
    facts.put("sites", Text.format("%d with digest %s", sites.size(), siteDigest().brief()));
    return new RunIdentity(facts);
  }

  private Digest siteDigest() {
    Digest.Builder digest = Digest.builder();
    sites.stream()
        .sorted(Comparator.comparing(Site::name))
        .forEach(site -> digest.add(site.name()).add(Integer.toString(site.rank())));
    return digest.build();
  }
}
