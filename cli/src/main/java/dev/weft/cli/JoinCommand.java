package dev.weft.cli;

import com.typesafe.config.ConfigFactory;
import dev.weft.client.site.HttpProxy;
import dev.weft.client.site.Joining;
import dev.weft.client.site.SiteHome;
import dev.weft.core.config.ConfigLoader;
import dev.weft.privacy.keys.Credentials;
import java.time.Duration;
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
  @Parameters(paramLabel = "TOKEN", description = "As weft invite printed it.")
  private String token;

  @Mixin private HomeOption home;

  @Option(
      names = "--wait",
      defaultValue = "1m",
      paramLabel = "TIME",
      description = "How long a coordinator that does not answer is tried again; by default 1m.")
  private Duration patience;

  @Mixin private SettingsOption settings;

  private final Console console;

  JoinCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    SiteHome site = new SiteHome(home.path());
    Optional<HttpProxy> proxy =
        HttpProxy.of(
            ConfigLoader.load(Optional.empty(), settings.list(), List.of()).client(),
            System.getenv());
    Logging.begin();
    ActorSystem<Void> system =
        ActorSystem.create(Behaviors.empty(), "weft", ConfigFactory.load("weft-site"));
    try {
      Credentials credentials =
          new Joining(
                  system,
                  proxy,
                  InstantSource.system(),
                  patience,
                  line -> console.err().println("  " + line))
              .join(site, token);
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
    } finally {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
    }
  }
}
