package dev.weft.cli;

import com.typesafe.config.ConfigFactory;
import dev.weft.client.site.HttpProxy;
import dev.weft.client.site.Joining;
import dev.weft.client.site.SiteHome;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.Credentials;
import dev.weft.privacy.keys.EnrolmentAnswer;
import dev.weft.privacy.keys.PendingEnrolment;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a site a member of a federation. */
@Command(
    name = "join",
    description = {
      "Joins a federation with an invitation's token: makes this site's own keys, which never",
      "leave it, and gets its certificate."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class JoinCommand implements Callable<Integer> {
  @Parameters(arity = "0..1", paramLabel = "TOKEN", description = "As weft invite printed it.")
  private String token;

  @Mixin private HomeOption home;

  @Option(
      names = "--wait",
      defaultValue = "1m",
      paramLabel = "TIME",
      description = "How long a coordinator that does not answer is tried again; by default 1m.")
  private Duration patience;

  @Option(
      names = "--request",
      paramLabel = "FILE",
      description =
          "Without a way to the coordinator: writes this site's request there, for weft approve.")
  private Path request;

  @Option(
      names = "--install",
      paramLabel = "FILE",
      description = "Takes the answer that weft approve printed; needs no TOKEN.")
  private Path answer;

  @Mixin private SettingsOption settings;

  private final Console console;

  JoinCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    SiteHome site = new SiteHome(home.path());
    if (answer != null) {
      requireAlone();
      return joined(
          site,
          Joining.finish(
              site,
              EnrolmentAnswer.ofPem(CarriedFile.read("--install", answer), answer.toString()),
              Instant.now()));
    }
    if (token == null) {
      throw new WeftException(
          Problem.BAD_VALUE, "TOKEN: is missing; the coordinator's operator has it of weft invite");
    }
    return request == null ? overTheLine(site) : asAFile(site);
  }

  private void requireAlone() {
    if (token != null || request != null) {
      throw new WeftException(
          Problem.BAD_VALUE,
          "--install: takes neither a TOKEN nor --request; this home knows what it has asked");
    }
  }

  private int asAFile(SiteHome site) {
    PendingEnrolment pending = Joining.begin(site, token, Instant.now());
    CarriedFile.write("--request", request, pending.request().toPem());
    console.out().println("request      " + request + " (holds no secret)");
    console
        .out()
        .println(
            "next         carry it to the coordinator: weft approve "
                + request.getFileName()
                + " > answer.pem");
    console
        .out()
        .println(
            "then         carry that back: weft join --home "
                + site.folder()
                + " --install answer.pem");
    return 0;
  }

  private int overTheLine(SiteHome site) {
    Optional<HttpProxy> proxy =
        HttpProxy.of(
            ConfigLoader.load(Optional.empty(), settings.list(), List.of()).client(),
            System.getenv());
    Logging.begin();
    ActorSystem<Void> system =
        ActorSystem.create(Behaviors.empty(), "weft", ConfigFactory.load("weft-site"));
    try {
      return joined(
          site,
          new Joining(
                  system,
                  proxy,
                  InstantSource.system(),
                  patience,
                  line -> console.err().println("  " + line))
              .join(site, token));
    } finally {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
    }
  }

  private int joined(SiteHome site, Credentials credentials) {
    console
        .out()
        .println(
            "joined       "
                + credentials.federation().name()
                + " as "
                + credentials.enrolment().name());
    console.out().println("fingerprint  " + credentials.federation().fingerprint());
    console.out().println("home         " + site.folder());
    console
        .out()
        .println(
            "next         set data.source in "
                + site.configuration()
                + ", then weft client --home "
                + site.folder());
    return 0;
  }
}
