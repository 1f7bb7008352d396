package dev.weft.client.site;

import com.typesafe.config.ConfigFactory;
import dev.weft.client.audit.AuditFile;
import dev.weft.core.artifact.DirectoryStore;
import dev.weft.core.config.ClientConfig;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.Setting;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.finetune.training.Threads;
import dev.weft.privacy.keys.Address;
import dev.weft.protocol.transport.Spawning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** A site that serves its federation: it dials out and takes part in runs until it is closed. */
public final class SiteProcess implements AutoCloseable {
  /** For the last word to the coordinator. */
  private static final Duration FAREWELL = Duration.ofSeconds(1);

  private final ExecutorService disk = Threads.pool("disk", 2);
  private final OwnWorkplace workplace;
  private final AuditFile record;
  private final ActorSystem<SpawnProtocol.Command> system;
  private final ActorRef<SiteNode.Message> node;

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
    OwnCertificate certificate = new OwnCertificate(home.keys(), InstantSource.system(), disk);
    Optional<Path> file =
        Optional.of(home.configuration()).filter(configuration -> Files.exists(configuration));
    ClientConfig config = ConfigLoader.load(file, own, List.of()).client();
    List<Address> addresses = Address.parse(config.addresses());
    if (addresses.isEmpty()) {
      throw new WeftException(
          Problem.BAD_VALUE,
          "client.addresses: names no coordinator; set it in weft.conf to what the invitation"
              + " said");
    }
    record = new AuditFile(home.audit(), InstantSource.system());
    Audit audit = new Audit(record);
    Consumer<SiteEvent> recorded = event -> hear(event, audit, listener);
    Optional<HttpProxy> proxy = HttpProxy.of(config, Optional.of(addresses.get(0)), environment);
    system = ActorSystem.create(SpawnProtocol.create(), "weft", ConfigFactory.load("weft-site"));
    GrpcLines lines = new GrpcLines(system, addresses, certificate, proxy);
    workplace =
        new OwnWorkplace(
            certificate.credentials().enrolment().name().text(),
            file,
            own,
            audit.recording(
                new RemoteTransfer(
                    lines::client, DirectoryStore.open(home.fetched()), system, disk)),
            DirectoryStore.scratch(home.outbox()),
            home.training(),
            home.runs(),
            home.reports(),
            listener);
    Behavior<SiteNode.Message> behavior =
        SiteNode.create(
            workplace, ears -> Connection.create(lines, software, ears, recorded), recorded);
    node = Spawning.spawn(system, behavior, "site");
  }

  /** A site that cannot record what it does ends. */
  private static void hear(SiteEvent event, Audit audit, Consumer<SiteEvent> listener) {
    try {
      audit.hear(event);
    } catch (WeftException e) {
      listener.accept(new SiteEvent.Refused(e.problem().code(), e.getMessage()));
      throw e;
    }
    listener.accept(event);
  }

  /**
   * Ends in good order: what is committed stays, and the coordinator hears that the site leaves.
   */
  @Override
  public void close() {
    CompletionStage<Done> left =
        AskPattern.ask(node, SiteNode.Leave::new, FAREWELL, system.scheduler());
    left.handle((done, thrown) -> Done.getInstance()).toCompletableFuture().join();
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
    workplace.close();
    Threads.end(disk);
    record.close();
  }
}
