package dev.weft.client.site;

import com.typesafe.config.ConfigFactory;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.Address;
import dev.weft.protocol.transport.Spawning;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.SpawnProtocol;

/** Many sites in one process, with the lines of real ones, that take part in nothing. */
public final class IdleSites implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final ActorSystem<SpawnProtocol.Command> system =
      ActorSystem.create(SpawnProtocol.create(), "idle", ConfigFactory.load("weft-site"));

  /** Joins with a token; keys stay in the folder. */
  public void join(Path folder, String token) {
    new Joining(system, Optional.empty(), InstantSource.system(), PATIENCE, news -> {})
        .join(new SiteHome(folder), token);
  }

  /** Dials, and stays; done once the coordinator has said welcome. */
  public CompletableFuture<Void> dial(Path folder, Address coordinator, int number) {
    CompletableFuture<Void> welcome = new CompletableFuture<>();
    GrpcLines lines =
        new GrpcLines(
            system,
            List.of(coordinator),
            new OwnCertificate(
                new SiteHome(folder).keys(), InstantSource.system(), ForkJoinPool.commonPool()),
            Optional.empty());
    Spawning.spawn(
        system,
        SiteNode.create(
            terms ->
                CompletableFuture.failedFuture(
                    new WeftException(Problem.POLICY_REFUSED, "this site takes part in nothing")),
            ears ->
                Connection.create(
                    lines,
                    "weft test",
                    ears,
                    event -> {
                      if (event instanceof SiteEvent.Connected) {
                        welcome.complete(null);
                      }
                    }),
            event -> {}),
        Text.format("site-%d", number));
    return welcome;
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }
}
