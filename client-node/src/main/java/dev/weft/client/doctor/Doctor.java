package dev.weft.client.doctor;

import dev.weft.client.site.HttpProxy;
import dev.weft.client.site.SiteHome;
import dev.weft.core.Text;
import dev.weft.core.config.ClientConfig;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.Setting;
import dev.weft.core.config.WeftConfig;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.Credentials;
import dev.weft.privacy.keys.Token;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Examines a site, before it joins or after, and says in one line each what is well and what is
 * not. It changes nothing, and every step has a deadline.
 */
public final class Doctor {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  /** Natives may have to be unpacked first. */
  private static final Duration ENGINE_DEADLINE = Duration.ofMinutes(2);

  private static final String SOURCE = "data.source";

  private final List<Setting> own;
  private final Map<String, String> environment;
  private final InstantSource time;
  private final Consumer<Finding> heard;
  private boolean healthy = true;

  /**
   * @param own settings of the command line
   * @param environment of this process, for its proxy
   * @param heard is told each finding as soon as it is there
   */
  public Doctor(
      List<Setting> own,
      Map<String, String> environment,
      InstantSource time,
      Consumer<Finding> heard) {
    this.own = List.copyOf(own);
    this.environment = Map.copyOf(environment);
    this.time = time;
    this.heard = heard;
  }

  /**
   * Examines a site that has an invitation and nothing else.
   *
   * @return whether nothing failed
   */
  public boolean examine(String pasted) {
    List<Token> tokens = new ArrayList<>();
    List<WeftConfig> configs = new ArrayList<>();
    Steps steps =
        new Steps(DEADLINE)
            .then(
                "token",
                () -> {
                  Token token = Token.parse(pasted, time.instant());
                  tokens.add(token);
                  return Finding.ok("token", token.toString());
                })
            .then("settings", () -> settings(Optional.empty(), configs));
    if (tell(steps.take(List.of("network", "engine")))) {
      Token token = tokens.get(0);
      routes(token.addresses(), configs.get(0).client(), Whom.of(token, time));
      engine(configs.get(0));
    }
    return healthy;
  }

  /**
   * Examines a site that has joined.
   *
   * @return whether nothing failed
   */
  public boolean examine(SiteHome home) {
    List<Credentials> credentials = new ArrayList<>();
    List<WeftConfig> configs = new ArrayList<>();
    Optional<Path> file = Optional.of(home.configuration()).filter(Files::exists);
    Steps steps =
        new Steps(DEADLINE)
            .then(
                "home",
                () -> {
                  home.requireJoined();
                  Credentials found = home.keys().credentials();
                  credentials.add(found);
                  return Finding.ok(
                      "home",
                      Text.format(
                          "%s is %s in federation %s",
                          home.folder(), found.enrolment().name(), found.federation().id()));
                })
            .then("settings", () -> settings(file, configs));
    if (!tell(
        steps.take(
            List.of("key files", "disk", "certificate", "network", "data", "models", "engine")))) {
      return false;
    }
    WeftConfig config = configs.get(0);
    tell(Belongings.keys(home));
    one("disk", () -> Belongings.disk(home));
    one("certificate", () -> Belongings.certificate(credentials.get(0), time.instant()));
    routes(
        Address.parse(config.client().addresses()), config.client(), Whom.of(credentials.get(0)));
    one(
        "data",
        () -> Belongings.data(config.data().source(), ConfigLoader.isSet(file, own, SOURCE)));
    tell(Belongings.models(config.client().models()));
    engine(config);
    return healthy;
  }

  private Finding settings(Optional<Path> file, List<WeftConfig> configs) {
    WeftConfig config = ConfigLoader.load(file, own, List.of());
    config.client().addresses().forEach(Address::parse);
    HttpProxy.of(config.client(), environment);
    configs.add(config);
    return Finding.ok("settings", file.map(Path::toString).orElse("those of the command line"));
  }

  /** One way to the coordinator is enough; what is wrong with the others is told. */
  private void routes(List<Address> addresses, ClientConfig config, Whom whom) {
    if (addresses.isEmpty()) {
      tell(
          List.of(
              Finding.fail(
                  "network",
                  "client.addresses names no coordinator",
                  "set it in weft.conf to what the invitation said; not tried: name, port, TLS")));
      return;
    }
    List<List<Finding>> ways =
        addresses.stream()
            .map(
                address ->
                    new Route(
                            address,
                            HttpProxy.of(config, Optional.of(address), environment),
                            whom,
                            time)
                        .follow())
            .toList();
    boolean reached = ways.stream().anyMatch(way -> way.stream().noneMatch(Finding::isFailure));
    ways.forEach(way -> tell(reached ? way.stream().map(Finding::asWarning).toList() : way));
  }

  private void engine(WeftConfig config) {
    tell(
        new Steps(ENGINE_DEADLINE).then("engine", () -> Belongings.engine(config.engine())).take());
  }

  private void one(String what, Callable<Finding> look) {
    tell(new Steps(DEADLINE).then(what, look).take());
  }

  /** Whether none of them is a failure. */
  private boolean tell(List<Finding> findings) {
    findings.forEach(heard);
    boolean well = findings.stream().noneMatch(Finding::isFailure);
    healthy &= well;
    return well;
  }
}
