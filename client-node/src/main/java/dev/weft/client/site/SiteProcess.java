package dev.weft.client.site;

import com.typesafe.config.ConfigFactory;
import dev.weft.core.artifact.DirectoryStore;
import dev.weft.core.config.ClientConfig;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.Setting;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.finetune.training.Threads;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.Credentials;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.keys.RevocationList;
import dev.weft.privacy.keys.Tls;
import dev.weft.protocol.transport.SignedLetters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SpawnProtocol;

/** A site that serves its federation: it dials out and takes part in runs until it is closed. */
public final class SiteProcess implements AutoCloseable {
  private final ExecutorService disk = Threads.pool("disk", 2);
  private final OwnWorkplace workplace;
  private final ActorSystem<SpawnProtocol.Command> system;

  /**
   * @param own settings of the command line
   * @param software of this process, for people
   * @param environment of this process, for its proxy
   * @throws WeftException if the home has not joined or its configuration cannot be used
   */
  public SiteProcess(
      SiteHome home,
      List<Setting> own,
      String software,
      Map<String, String> environment,
      Consumer<SiteEvent> listener) {
    home.requireJoined();
    Credentials credentials = home.keys().credentials();
    Optional<Path> file =
        Optional.of(home.configuration()).filter(configuration -> Files.exists(configuration));
    ClientConfig config = ConfigLoader.load(file, own, List.of()).client();
    List<Address> addresses = config.addresses().stream().map(Address::parse).toList();
    if (addresses.isEmpty()) {
      throw new WeftException(
          Problem.BAD_VALUE,
          "client.addresses: names no coordinator; set it in weft.conf to what the invitation"
              + " said");
    }
    Optional<HttpProxy> proxy = HttpProxy.of(config, Optional.of(addresses.get(0)), environment);
    system = ActorSystem.create(SpawnProtocol.create(), "weft", ConfigFactory.load("weft-site"));
    GrpcLines lines =
        new GrpcLines(
            system,
            addresses,
            () ->
                new Tls(credentials, () -> RevocationList.none(credentials.federation().id()))
                    .context(),
            proxy,
            () ->
                new SignedLetters(
                    credentials.federation().id(),
                    credentials.node(),
                    credentials.signing(),
                    NodeId.COORDINATOR,
                    credentials.coordinatorKey(),
                    new SecureRandom()));
    workplace =
        new OwnWorkplace(
            credentials.enrolment().name().text(),
            file,
            own,
            new RemoteTransfer(lines::client, DirectoryStore.open(home.fetched()), system, disk),
            DirectoryStore.scratch(home.outbox()),
            home.runs());
    Behavior<SiteNode.Message> node =
        SiteNode.create(
            workplace, ears -> Connection.create(lines, software, ears, listener), listener);
    system.tell(new SpawnProtocol.Spawn<>(node, "site", Props.empty(), system.ignoreRef()));
  }

  /** Ends in good order: what is committed stays, and the coordinator goes on without this site. */
  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
    workplace.close();
    Threads.end(disk);
  }
}
