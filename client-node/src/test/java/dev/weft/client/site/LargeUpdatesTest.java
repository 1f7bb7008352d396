package dev.weft.client.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.weft.core.Amounts;
import dev.weft.core.Text;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.KeyFolder;
import dev.weft.protocol.transport.Chunks;
import dev.weft.wire.FederationClient;
import dev.weft.wire.UploadPart;
import dev.weft.wire.UploadStart;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Updates that are larger than the coordinator's heap, and a sum that is, too. {@code
 * -Dweft.large.bytes=1000000000 -Dweft.large.clients=32 -Dweft.large.heap=256m} is the size that
 * the promise names; the figures are in the test's report.
 */
class LargeUpdatesTest {
  private static final int CLIENTS = Integer.getInteger("weft.large.clients", 2);
  private static final long BYTES = Long.getLong("weft.large.bytes", 70_000_000);
  private static final String HEAP = System.getProperty("weft.large.heap", "64m");
  private static final double MEGABYTE = 1e6;

  /** So many of them leave their updates at the bare service, too. */
  private static final int COMPARED = 4;

  private final ActorTestKit kit =
      ActorTestKit.create("LargeUpdatesTest", ConfigFactory.load("weft-site"));

  @TempDir private Path folder;

  private final TestAuthority authority = new TestAuthority();
  private final LargeUpdate.Size size = LargeUpdate.Size.ofBytes(CLIENTS, BYTES);
  private Process coordinator;
  private BufferedReader said;
  private PrintStream tell;

  @BeforeEach
  void start() throws IOException {
    new KeyFolder(folder.resolve("coordinator")).save(authority.coordinator());
    coordinator =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP,
                "-XX:MaxDirectMemorySize=" + HEAP,
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                LargeUpdatesCoordinator.class.getName(),
                folder.toString(),
                Integer.toString(CLIENTS),
                Long.toString(BYTES))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    said = coordinator.inputReader(StandardCharsets.US_ASCII);
    tell = new PrintStream(coordinator.getOutputStream(), true, StandardCharsets.US_ASCII);
  }

  @AfterEach
  void stop() throws InterruptedException {
    coordinator.destroyForcibly().waitFor();
    kit.shutdownTestKit();
  }

  @Test
  void areSummedExactlyInASmallHeap() throws Exception {
    List<Integer> ports = new ArrayList<>();
    for (String word : heard("ports").split(" ", -1)) {
      ports.add(Integer.parseInt(word));
    }
    double counted = 0;
    double kept = 0;
    for (int client = 0; client < CLIENTS; client++) {
      LargeUpdate update = new LargeUpdate(size, client);
      Artifact artifact = Artifact.of(update.content());
      long before = System.nanoTime();
      if (client < COMPARED) {
        leaveUncounted(update, artifact, ports.get(1));
      }
      long between = System.nanoTime();
      leave(update, artifact, ports.get(0));
      if (client < COMPARED) {
        counted += between - before;
        kept += System.nanoTime() - between;
      }
      tell.println(
          Text.format("add %s %s %d", update.name(), artifact.digest().hex(), artifact.bytes()));
      heard("added");
    }
    tell.println("finish");
    assertThat(heard("finished")).isEqualTo(Text.format("%d %d", CLIENTS, examples()));
    assertThat(coordinator.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(coordinator.exitValue()).isZero();

    assertIsTheMean(folder.resolve(LargeUpdatesCoordinator.RESULT));

    double bytes = (double) Math.min(CLIENTS, COMPARED) * BYTES * 1e9 / MEGABYTE;
    System.out.println(
        Text.format(
            "%d updates of %s in a heap of %s: %.0f MB/s sealed on disk, %.0f MB/s counted by a"
                + " bare gRPC service, ratio %.2f",
            CLIENTS, Amounts.bytes(BYTES), HEAP, bytes / kept, bytes / counted, counted / kept));
  }

  /** What it says next, which begins with this word. */
  private String heard(String word) throws IOException {
    String line = Optional.ofNullable(said.readLine()).orElse("nothing any more");
    assertThat(line).startsWith(word);
    return line.substring(word.length()).strip();
  }

  private GrpcLines lines(LargeUpdate update, int port) {
    GrpcLines lines =
        new GrpcLines(
            kit.system(),
            List.of(Address.parse("localhost:" + port)),
            new TestIdentity(authority.site(update.name())),
            Optional.empty());
    lines.next();
    return lines;
  }

  private void leave(LargeUpdate update, Artifact artifact, int port) throws Exception {
    GrpcLines lines = lines(update, port);
    new RemoteTransfer(lines::client, new MemoryStore(), kit.system(), ForkJoinPool.commonPool())
        .leave(LargeUpdatesCoordinator.ROUND, artifact, update.store(), () -> {})
        .toCompletableFuture()
        .get(10, TimeUnit.MINUTES);
    lines.close();
  }

  private void leaveUncounted(LargeUpdate update, Artifact artifact, int port) throws Exception {
    GrpcLines lines = lines(update, port);
    FederationClient client = lines.client();
    UploadPart start = UploadPart.newBuilder().setStart(UploadStart.getDefaultInstance()).build();
    assertThat(
            client
                .leave(
                    Source.single(start)
                        .concat(
                            Chunks.of(update.store(), artifact, 0)
                                .map(data -> UploadPart.newBuilder().setData(data).build())))
                .toCompletableFuture()
                .get(10, TimeUnit.MINUTES)
                .getHave())
        .isEqualTo(artifact.bytes());
    lines.close();
  }

  private long examples() {
    return clients().stream().mapToLong(LargeUpdate::examples).sum();
  }

  private List<LargeUpdate> clients() {
    return IntStream.range(0, CLIENTS).mapToObj(client -> new LargeUpdate(size, client)).toList();
  }

  /** Number by number; nothing of it is in memory here, either. */
  private void assertIsTheMean(Path result) throws IOException {
    List<LargeUpdate> clients = clients();
    double step = size.encoding().grid().step();
    long examples = examples();
    long position = 0;
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(result), 1 << 16))) {
      for (long elements : size.tensors()) {
        for (int i = 0; i < elements; i++) {
          long sum = 0;
          for (LargeUpdate client : clients) {
            sum += client.at(position);
          }
          float expected = (float) (LargeUpdate.Size.before(i) + sum * step / examples);
          float found = Float.intBitsToFloat(Integer.reverseBytes(in.readInt()));
          if (found != expected) {
            assertThat(found).as("entry %d", position).isEqualTo(expected);
          }
          position++;
        }
      }
      assertThat(in.read()).isNegative();
    }
    assertThat(position).isEqualTo(size.entries());
  }
}
