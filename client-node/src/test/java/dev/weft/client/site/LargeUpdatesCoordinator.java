package dev.weft.client.site;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import com.typesafe.config.ConfigFactory;
import dev.weft.aggregation.RoundAggregation;
import dev.weft.aggregation.RoundResult;
import dev.weft.client.SmallSteps;
import dev.weft.coordinator.sites.Doorway;
import dev.weft.coordinator.sites.Lobby;
import dev.weft.coordinator.store.ArtifactDesk;
import dev.weft.coordinator.store.SealedUploads;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Scratch;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.UpdateCodec;
import dev.weft.privacy.keys.Credentials;
import dev.weft.privacy.keys.Identity;
import dev.weft.privacy.keys.KeyFolder;
import dev.weft.privacy.keys.RevocationList;
import dev.weft.privacy.keys.Tls;
import dev.weft.protocol.Correspondence;
import dev.weft.protocol.RoundId;
import dev.weft.protocol.transport.Spawning;
import dev.weft.wire.FederationHandlerFactory;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;

/**
 * A coordinator in a process of its own that takes large updates over its port and sums them, as
 * {@link dev.weft.coordinator.Run} does. Beside it a bare gRPC service that counts bytes and
 * forgets them, to compare with.
 *
 * <p>It is told one line at a time: {@code add SITE DIGEST BYTES}, and at last {@code finish}, upon
 * which it writes the trained tensors of the result into a file.
 */
final class LargeUpdatesCoordinator {
  static final RoundId ROUND = new RoundId("large", 1, 1);
  static final String RESULT = "result";

  private LargeUpdatesCoordinator() {}

  /**
   * @param arguments folder, number of clients, bytes of an update
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    LargeUpdate.Size size =
        LargeUpdate.Size.ofBytes(Integer.parseInt(arguments[1]), Long.parseLong(arguments[2]));
    Credentials own = new KeyFolder(folder.resolve("coordinator")).credentials();
    ActorSystem<SpawnProtocol.Command> system =
        ActorSystem.create(SpawnProtocol.create(), "large", ConfigFactory.load("weft-coordinator"));
    ArtifactDesk desk =
        new ArtifactDesk(
            new MemoryStore(),
            SealedUploads.in(folder.resolve("uploads")),
            Scratch.in(folder.resolve("sums")));
    int entries = Math.toIntExact(size.entries());
    int bits = size.encoding().bits();
    desk.open(ROUND, Set.of(), UpdateCodec.bytes(bits, entries));
    RoundAggregation sum =
        RoundAggregation.start(
            SmallSteps.method("fedit", List.of()),
            GlobalState.initial(
                size.reference(desk.scratch()),
                size.form().parts().stream()
                    .collect(Collectors.toMap(part -> part, part -> new Origin.Fetched()))),
            size.encoding(),
            new Seed(1),
            false,
            desk.scratch());
    say("ports %d %d", door(system, own, desk), echo(system, own));

    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = in.readLine(); !"finish".equals(line); line = in.readLine()) {
      String[] words = line.split(" ", -1);
      Artifact artifact = new Artifact(new Digest(words[2]), Long.parseLong(words[3]));
      desk.read(
          ROUND,
          words[1],
          artifact,
          bytes -> {
            UpdateCodec.check(bytes, size.rank(), bits, entries);
            return artifact;
          });
      sum.add(
          new ClientUpdate(
              words[1],
              size.rank(),
              UpdateCodec.source(from -> desk.readAgain(ROUND, words[1], from), bits, entries)));
      desk.clear(ROUND, words[1]);
      say("added");
    }
    RoundResult result = sum.finish();
    write(result, folder.resolve(RESULT));
    say("finished %d %d", result.clients(), result.examples());
    system.terminate();
  }

  @FormatMethod
  private static void say(@FormatString String line, Object... values) {
    System.out.println(Text.format(line, values));
    System.out.flush();
  }

  private static void write(RoundResult result, Path file) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      result.next().adapter().trained().writeTo(out);
    }
  }

  private static SSLEngine engine(Credentials own) {
    SSLEngine engine =
        new Tls(own, () -> RevocationList.none(own.federation().id())).context().createSSLEngine();
    engine.setUseClientMode(false);
    engine.setSSLParameters(Tls.server());
    return engine;
  }

  private static int door(
      ActorSystem<SpawnProtocol.Command> system, Credentials own, ArtifactDesk desk) {
    Doorway.Gatekeeper gatekeeper =
        new Doorway.Gatekeeper() {
          @Override
          public Doorway.Member member(X509Certificate certificate) {
            return new Doorway.Member(
                Identity.of(certificate).node().value(), LargeUpdatesCoordinator::noLetters);
          }

          @Override
          public byte[] enrol(byte[] request) {
            return request.clone();
          }

          @Override
          public byte[] renew(String member, byte[] request) {
            return request.clone();
          }
        };
    ActorRef<Lobby.Message> lobby =
        Spawning.spawn(system, Lobby.create("weft test", InstantSource.system()), "lobby");
    return port(
        new Doorway(system, gatekeeper, lobby, () -> desk, ForkJoinPool.commonPool())
            .open(anyPort(), () -> engine(own)));
  }

  private static Correspondence noLetters() {
    throw new IllegalStateException("nobody converses here");
  }

  private static int echo(ActorSystem<?> system, Credentials own) {
    return port(
        Http.get(system)
            .newServerAt("localhost", 0)
            .enableHttps(ConnectionContext.httpsServer(() -> engine(own)))
            .bind(FederationHandlerFactory.create(new CountingService(system), system)));
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static int port(CompletionStage<ServerBinding> binding) {
    try {
      return binding.toCompletableFuture().get(30, TimeUnit.SECONDS).localAddress().getPort();
    } catch (Exception e) {
      throw new IllegalStateException("a port does not open", e);
    }
  }
}
