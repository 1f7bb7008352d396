package dev.weft.client.site;

import dev.weft.core.Text;
import dev.weft.core.config.ClientConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.protocol.RunTerms;

/** What a site agrees to, checked at the site, whatever the coordinator sends. */
record LocalPolicy(ClientConfig.Policy policy) {
  private static final String METHOD = "method.name";

  /**
   * @throws WeftException if this site takes no part in such a run; the sentence names the key
   */
  void require(RunTerms terms) {
    String method = terms.setting(METHOD);
    if (!policy.methods().isEmpty() && !policy.methods().contains(method)) {
      throw refused(
          "methods",
          Text.format(
              "the run's method is %s, and this site takes part in %s alone",
              method, String.join(", ", policy.methods())));
    }
    String base = terms.base().hex();
    if (!policy.models().isEmpty() && policy.models().stream().noneMatch(base::startsWith)) {
      throw refused(
          "models",
          Text.format(
              "the run's base model has digest %s, and this site trains %s alone",
              terms.base().brief(), String.join(", ", policy.models())));
    }
    policy
        .mostRounds()
        .filter(most -> terms.rounds() > most)
        .ifPresent(
            most -> {
              throw refused(
                  "most-rounds",
                  Text.format(
                      "the run has %d rounds, and this site takes part in %d at most",
                      terms.rounds(), most));
            });
  }

  private static WeftException refused(String key, String sentence) {
    return new WeftException(
        Problem.POLICY_REFUSED, Text.format("%s (client.policy.%s)", sentence, key));
  }
}
