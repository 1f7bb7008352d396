package dev.weft.coordinator;

import dev.weft.core.config.RoundConfig;
import dev.weft.core.random.Seed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Who is asked to take part in a round. */
final class Cohort {
  private Cohort() {}

  /**
   * A uniform sample of {@code fraction} of the sites, at least {@code minClients}, ordered by
   * name; a pure function of run seed and round, however the sites are listed.
   */
  static List<Site> sample(List<Site> sites, RoundConfig config, Seed seed, int round) {
    List<Site> cohort = new ArrayList<>(sites);
    cohort.sort(Comparator.comparing(Site::name));
    int size = config.cohortSize(cohort.size());
    if (size < cohort.size()) {
      seed.of("cohort", round).random().shuffle(cohort);
      cohort.subList(size, cohort.size()).clear();
      cohort.sort(Comparator.comparing(Site::name));
    }
    return List.copyOf(cohort);
  }
}
