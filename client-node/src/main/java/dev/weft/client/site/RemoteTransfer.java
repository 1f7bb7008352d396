package dev.weft.client.site;

import com.google.protobuf.ByteString;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.artifact.Incoming;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.protocol.ArtifactTransfer;
import dev.weft.protocol.RoundId;
import dev.weft.protocol.codec.WireNouns;
import dev.weft.protocol.transport.Chunks;
import dev.weft.protocol.transport.Refusals;
import dev.weft.wire.FederationClient;
import dev.weft.wire.FetchRequest;
import dev.weft.wire.Upload;
import dev.weft.wire.UploadPart;
import dev.weft.wire.UploadStart;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Brings artifacts over the line and goes on where it broke, until the coordinator says that the
 * round is over. What came stays in the site's store, so that the next round need not fetch it.
 */
final class RemoteTransfer implements ArtifactTransfer {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** How often in a row a transfer may break without one byte more. */
  private static final int MOST_FAILURES = 600;

  private final Supplier<FederationClient> line;
  private final ArtifactStore store;
  private final ActorSystem<?> system;
  private final Executor disk;
  private final Duration pause;
  private final Map<Digest, CompletableFuture<ArtifactStore>> fetching = new HashMap<>();

  /**
   * @param line the way that is used now
   * @param store keeps what is fetched
   * @param disk reads and writes files
   */
  RemoteTransfer(
      Supplier<FederationClient> line, ArtifactStore store, ActorSystem<?> system, Executor disk) {
    this(line, store, system, disk, PAUSE);
  }

  /**
   * @param pause before a transfer that broke goes on
   */
  RemoteTransfer(
      Supplier<FederationClient> line,
      ArtifactStore store,
      ActorSystem<?> system,
      Executor disk,
      Duration pause) {
    this.line = line;
    this.store = store;
    this.system = system;
    this.disk = disk;
    this.pause = pause;
  }

  /** Two that want the same artifact do not fetch it at once. */
  @Override
  public synchronized CompletionStage<ArtifactStore> fetch(
      RoundId id, Artifact artifact, Runnable alive) {
    CompletableFuture<ArtifactStore> before =
        fetching.getOrDefault(artifact.digest(), CompletableFuture.completedFuture(store));
    CompletableFuture<ArtifactStore> fetched =
        before
            .handle((done, thrown) -> store)
            .thenComposeAsync(ignored -> fetchUnlessHere(id, artifact, alive), disk);
    fetching.put(artifact.digest(), fetched);
    return fetched.whenComplete((done, thrown) -> forget(artifact.digest(), fetched));
  }

  private synchronized void forget(Digest digest, CompletableFuture<ArtifactStore> fetched) {
    fetching.remove(digest, fetched);
  }

  private CompletionStage<ArtifactStore> fetchUnlessHere(
      RoundId id, Artifact artifact, Runnable alive) {
    if (store.bytes(artifact.digest()).isPresent()) {
      return CompletableFuture.completedFuture(store);
    }
    Fetching fetching = new Fetching(id, store.receive(artifact, 0), alive);
    return again("fetching " + artifact.digest().brief(), fetching::have, fetching::once)
        .thenApply(done -> store);
  }

  /** An artifact that comes over one line after another. */
  private final class Fetching {
    private final RoundId id;
    private final Incoming incoming;
    private final Runnable alive;

    /** The piece that was kept last; a line may break before it is. */
    private volatile CompletableFuture<Long> kept;

    Fetching(RoundId id, Incoming incoming, Runnable alive) {
      this.id = id;
      this.incoming = incoming;
      this.alive = alive;
      this.kept = CompletableFuture.completedFuture(incoming.have());
    }

    /** How much has come; known when nothing is on its way to the disk. */
    long have() {
      return kept.getNow(-1L);
    }

    CompletionStage<Done> once() {
      return kept.thenCompose(this::from);
    }

    private CompletionStage<Done> from(long have) {
      FetchRequest request =
          FetchRequest.newBuilder()
              .setId(WireNouns.write(id))
              .setArtifact(WireNouns.write(incoming.artifact()))
              .setFrom(have)
              .build();
      return line.get()
          .fetch(request)
          .mapAsync(1, chunk -> keep(chunk.getData()))
          .runForeach(now -> alive.run(), system)
          .thenApplyAsync(
              done -> {
                if (!incoming.complete()) {
                  throw new IllegalStateException("the line ended in the middle");
                }
                incoming.finish();
                return done;
              },
              disk);
    }

    private CompletableFuture<Long> keep(ByteString data) {
      kept =
          CompletableFuture.supplyAsync(
              () -> {
                incoming.append(data.toByteArray());
                return incoming.have();
              },
              disk);
      return kept;
    }
  }

  @Override
  public CompletionStage<Void> leave(
      RoundId id, Artifact artifact, ArtifactStore from, Runnable alive) {
    Upload upload =
        Upload.newBuilder()
            .setId(WireNouns.write(id))
            .setArtifact(WireNouns.write(artifact))
            .build();
    long[] have = new long[1];
    return again(
            "leaving the update",
            () -> have[0],
            () ->
                line.get()
                    .standing(upload)
                    .thenCompose(
                        standing -> {
                          have[0] = standing.getHave();
                          return leaveOnce(upload, artifact, from, have[0], alive);
                        }))
        .thenApply(done -> null);
  }

  private CompletionStage<Done> leaveOnce(
      Upload upload, Artifact artifact, ArtifactStore from, long have, Runnable alive) {
    if (have == artifact.bytes()) {
      return CompletableFuture.completedFuture(Done.getInstance());
    }
    UploadStart start = UploadStart.newBuilder().setUpload(upload).setFrom(have).build();
    return line.get()
        .leave(
            Source.single(UploadPart.newBuilder().setStart(start).build())
                .concat(
                    Chunks.of(from, artifact, have)
                        .map(
                            (ByteString data) -> {
                              alive.run();
                              return UploadPart.newBuilder().setData(data).build();
                            })))
        .thenApply(
            standing -> {
              if (standing.getHave() < artifact.bytes()) {
                throw new IllegalStateException("the line ended in the middle");
              }
              return Done.getInstance();
            });
  }

  /** Tries until it is done or refused; a line that brings nothing for long is given up. */
  private CompletionStage<Done> again(
      String what, Supplier<Long> have, Supplier<CompletionStage<Done>> once) {
    return attempt(what, have, once, 0, -1);
  }

  private CompletionStage<Done> attempt(
      String what,
      Supplier<Long> have,
      Supplier<CompletionStage<Done>> once,
      int failures,
      long before) {
    CompletionStage<Done> tried;
    try {
      tried = once.get();
    } catch (RuntimeException e) {
      tried = CompletableFuture.failedFuture(e);
    }
    return tried
        .handle(
            (done, thrown) -> {
              if (thrown == null) {
                return CompletableFuture.<Done>completedFuture(done);
              }
              Optional<WeftException> refusal = Refusals.in(thrown);
              if (refusal.isPresent()) {
                return CompletableFuture.<Done>failedFuture(refusal.get());
              }
              int now = have.get() > before ? 0 : failures + 1;
              if (now > MOST_FAILURES) {
                return CompletableFuture.<Done>failedFuture(
                    new WeftException(
                        Problem.UNREACHABLE,
                        Text.format("%s: the line brings nothing any more: %s", what, thrown)));
              }
              return CompletableFuture.supplyAsync(
                      () -> attempt(what, have, once, now, have.get()),
                      CompletableFuture.delayedExecutor(
                          pause.toMillis(), TimeUnit.MILLISECONDS, disk))
                  .thenCompose(next -> next);
            })
        .thenCompose(next -> next);
  }
}
