package dev.weft.core.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A site of a federation.
 *
 * @param addresses hosts and ports of the coordinator; none for those of the invitation
 * @param proxy host and port of an HTTP proxy; empty for that of {@code HTTPS_PROXY}, if it is set
 * @param proxyLogin file with user and password of the proxy in one line, {@code user:password};
 *     empty where it asks for none
 * @param models base models that are here, each a source as {@code model.source} names one
 * @param checkpointEvery how much time may pass between two states of a training that are kept
 * @param policy what this site agrees to
 */
public record ClientConfig(
    List<String> addresses,
    Optional<String> proxy,
    Optional<String> proxyLogin,
    List<String> models,
    Duration checkpointEvery,
    Policy policy) {

  public ClientConfig {
    addresses = List.copyOf(addresses);
    models = List.copyOf(models);
    addresses.forEach(address -> Check.notBlank("addresses", address));
    proxy.ifPresent(address -> Check.notBlank("proxy", address));
    proxyLogin.ifPresent(file -> Check.notBlank("proxy-login", file));
    models.forEach(model -> Check.notBlank("models", model));
    Check.notNegative("checkpoint-every", checkpointEvery);
  }

  /**
   * What a site agrees to, whatever the coordinator asks for.
   *
   * @param methods names of methods; none for all
   * @param models digests of quantized base models, or how they begin; none for all that are here
   * @param mostRounds of a run; empty for any number
   * @param mostUpload in one round; empty for any size
   * @param losses whether figures of this site, of training and of evaluation, leave it
   * @param mostBadRecords of this site's own data, in percent, that are left out rather than
   *     refusing the run
   */
  public record Policy(
      List<String> methods,
      List<String> models,
      Optional<Integer> mostRounds,
      Optional<MemorySize> mostUpload,
      Losses losses,
      double mostBadRecords) {

    /** Who may see how well a model does on this site's examples. */
    public enum Losses {
      /**
       * The coordinator: this site's mean training loss, and what it counts on held-out examples.
       */
      SHARE,
      /** Nobody but this site. */
      WITHHOLD
    }

    public Policy {
      methods = List.copyOf(methods);
      models = List.copyOf(models);
      models.forEach(
          digest ->
              Check.that(
                  digest.matches("[0-9a-f]{8,64}"),
                  "models",
                  "names digests by at least 8 hexadecimal digits",
                  digest));
      Check.that(
          mostBadRecords >= 0 && mostBadRecords < 100,
          "most-bad-records",
          "must be at least 0 and below 100 percent",
          mostBadRecords);
      mostRounds.ifPresent(rounds -> Check.atLeast("most-rounds", rounds, 1));
    }
  }
}
