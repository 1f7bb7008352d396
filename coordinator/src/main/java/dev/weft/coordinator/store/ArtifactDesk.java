package dev.weft.coordinator.store;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Scratch;
import dev.weft.protocol.ArtifactTransfer;
import dev.weft.protocol.RoundId;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Where clients fetch what a round has laid out and leave their updates. It hands out nothing else,
 * takes nothing longer than agreed, and counts what goes over it. Safe for use by several threads.
 */
public final class ArtifactDesk {

  /**
   * What went over the desk in one round, in bytes.
   *
   * @param up what clients left
   * @param down what they fetched
   */
  public record Traffic(long up, long down) {}

  private final ArtifactStore store;
  private final ArtifactStore uploads;
  private final Scratch scratch;

  /** How many have left an artifact or are about to, since two may leave the same bytes. */
  private final Map<Digest, Integer> holders = new HashMap<>();

  private Optional<OpenRound> open = Optional.empty();

  /** A round that is on; guarded by the desk. */
  private static final class OpenRound {
    private final RoundId id;
    private final Set<Digest> laidOut;
    private final long longest;
    private final Map<String, Artifact> left = new HashMap<>();

    /** Updates on their way. */
    private final Map<String, Upload> coming = new HashMap<>();

    /** The last that came of each client; what comes of it once more is passed over. */
    private final Map<String, Upload> done = new HashMap<>();

    /** On which each client's update comes, so that no two meet. */
    private final Map<String, Integer> ways = new HashMap<>();

    /** What was read of them; nobody but the round takes it back. */
    private final Map<String, Artifact> kept = new HashMap<>();

    private long up;
    private long down;

    OpenRound(RoundId id, Set<Digest> laidOut, long longest) {
      this.id = id;
      this.laidOut = Set.copyOf(laidOut);
      this.longest = longest;
    }
  }

  /**
   * @param store has what rounds lay out
   * @param uploads takes what clients leave; need not outlive the process, since a round that is
   *     broken off begins anew
   * @param scratch where what a round makes of them lies until it is stored
   */
  public ArtifactDesk(ArtifactStore store, ArtifactStore uploads, Scratch scratch) {
    this.store = store;
    this.uploads = uploads;
    this.scratch = scratch;
  }

  /** The same with all that a round makes of updates in the heap. */
  public ArtifactDesk(ArtifactStore store, ArtifactStore uploads) {
    this(store, uploads, Scratch.HEAP);
  }

  /** Where what a round makes of updates lies until it is stored. */
  public Scratch scratch() {
    return scratch;
  }

  /** What rounds lay out is kept here. */
  public ArtifactStore store() {
    return store;
  }

  /**
   * Opens the desk for a round, whatever became of the one before.
   *
   * @param laidOut what its clients may fetch
   * @param longest update that a client may leave, in bytes
   */
  public synchronized void open(RoundId id, Set<Digest> laidOut, long longest) {
    open.ifPresent(before -> close(before.id));
    open = Optional.of(new OpenRound(id, laidOut, longest));
  }

  /** Ends a round; what its clients left goes. */
  public synchronized Traffic close(RoundId id) {
    OpenRound round = round(id);
    round.coming.values().forEach(this::giveUp);
    round.left.values().forEach(this::release);
    round.kept.values().forEach(this::release);
    open = Optional.empty();
    return new Traffic(round.up, round.down);
  }

  /**
   * Reads what a client left, and nobody else's. From now on it stays until it is {@linkplain
   * #clear cleared} or the round is over, whatever else the client leaves.
   *
   * @throws WeftException if it left no such artifact
   */
  public <T> T read(RoundId id, String client, Artifact artifact, ArtifactStore.Reader<T> reader) {
    keep(id, client, artifact);
    return uploads.read(artifact.digest(), reader);
  }

  private synchronized void keep(RoundId id, String client, Artifact artifact) {
    OpenRound round = round(id);
    if (!round.left.remove(client, artifact)) {
      throw new WeftException(
          Problem.MALFORMED_UPDATE,
          Text.format("update: %s was named but not left", artifact.digest().brief()));
    }
    Optional.ofNullable(round.kept.put(client, artifact)).ifPresent(this::release);
  }

  /**
   * What was read of a client, once more, from an offset on.
   *
   * @throws WeftException if it is not here any more
   */
  public InputStream readAgain(RoundId id, String client, long from) {
    return uploads.open(kept(id, client).digest(), from);
  }

  private synchronized Artifact kept(RoundId id, String client) {
    return Optional.ofNullable(round(id).kept.get(client))
        .orElseThrow(
            () ->
                new WeftException(
                    Problem.BAD_ARTIFACT, Text.format("update: that of %s is gone", client)));
  }

  /** A client's update is not needed any more. */
  public synchronized void clear(RoundId id, String client) {
    OpenRound round = round(id);
    round.done.remove(client);
    Optional.ofNullable(round.left.remove(client)).ifPresent(this::release);
    Optional.ofNullable(round.kept.remove(client)).ifPresent(this::release);
  }

  /** The desk as one client sees it that lives in the same process. */
  public ArtifactTransfer at(String client) {
    return new ArtifactTransfer() {
      @Override
      public CompletionStage<ArtifactStore> fetch(RoundId id, Artifact artifact, Runnable alive) {
        return result(
            () -> {
              count(id, artifact, 0);
              return store;
            });
      }

      @Override
      public CompletionStage<Void> leave(
          RoundId id, Artifact artifact, ArtifactStore from, Runnable alive) {
        return result(
            () -> {
              take(id, client, artifact, from);
              return null;
            });
      }
    };
  }

  /**
   * The bytes of an artifact that a round has laid out, from an offset on.
   *
   * @throws WeftException if the round is over or has not laid it out, or it has no such offset
   */
  public InputStream handOut(RoundId id, Artifact artifact, long from) {
    count(id, artifact, from);
    return store.open(artifact.digest(), from);
  }

  private synchronized void count(RoundId id, Artifact artifact, long from) {
    OpenRound round = round(id);
    long bytes = store.bytes(artifact.digest()).orElse(artifact.bytes());
    if (!round.laidOut.contains(artifact.digest()) || artifact.bytes() != bytes) {
      throw new WeftException(
          Problem.WRONG_REFERENCE,
          Text.format(
              "artifact %s of %d bytes is not part of %s",
              artifact.digest().brief(), artifact.bytes(), id));
    }
    if (from < 0 || from > bytes) {
      throw new WeftException(
          Problem.WRONG_REFERENCE,
          Text.format(
              "artifact %s has %d bytes and none at %d", artifact.digest().brief(), bytes, from));
    }
    round.down += bytes - from;
  }

  /**
   * How much of an update a client has brought.
   *
   * @throws WeftException if the round is over
   */
  public synchronized long have(RoundId id, String client, Artifact artifact) {
    OpenRound round = round(id);
    return artifact.equals(round.left.get(client)) || artifact.equals(round.kept.get(client))
        ? artifact.bytes()
        : Optional.ofNullable(round.coming.get(client))
            .filter(upload -> upload.artifact().equals(artifact))
            .map(Upload::have)
            .orElse(0L);
  }

  /**
   * Goes on with the update that a client brings, or begins it; whatever else it was bringing goes.
   * One that has come already takes the same bytes once more, to no effect.
   *
   * @throws WeftException if the round is over, or the update longer than agreed
   */
  public synchronized Upload take(RoundId id, String client, Artifact artifact) {
    OpenRound round = round(id);
    Upload before = round.coming.get(client);
    if (before != null && before.goesOn(artifact)) {
      return before;
    }
    Upload done = round.done.get(client);
    if (done != null && done.goesOn(artifact)) {
      return done;
    }
    hold(id, artifact);
    Optional.ofNullable(round.coming.remove(client)).ifPresent(this::giveUp);
    int way = round.ways.computeIfAbsent(client, first -> round.ways.size());
    Upload upload =
        new Upload(uploads.receive(artifact, way), complete -> arrived(id, client, complete));
    round.coming.put(client, upload);
    return upload;
  }

  private synchronized void arrived(RoundId id, String client, Upload upload) {
    OpenRound round = round(id);
    if (round.coming.remove(client, upload)) {
      round.done.put(client, upload);
      left(id, client, upload.artifact());
    }
  }

  private void giveUp(Upload upload) {
    upload.discard();
    release(upload.artifact());
  }

  private void take(RoundId id, String client, Artifact artifact, ArtifactStore from) {
    hold(id, artifact);
    try {
      uploads.put(
          out -> {
            try (InputStream in = from.open(artifact.digest(), 0)) {
              in.transferTo(out);
            }
          });
      left(id, client, artifact);
    } catch (WeftException e) {
      release(artifact);
      throw e;
    }
  }

  private synchronized void hold(RoundId id, Artifact artifact) {
    long longest = round(id).longest;
    if (artifact.bytes() > longest) {
      throw new WeftException(
          Problem.MALFORMED_UPDATE,
          Text.format("update: %d bytes where at most %d were agreed", artifact.bytes(), longest));
    }
    holders.merge(artifact.digest(), 1, Integer::sum);
  }

  private synchronized void left(RoundId id, String client, Artifact artifact) {
    OpenRound round = round(id);
    round.up += artifact.bytes();
    Optional.ofNullable(round.left.put(client, artifact)).ifPresent(this::release);
  }

  private synchronized void release(Artifact artifact) {
    if (holders.merge(artifact.digest(), -1, Integer::sum) == 0) {
      holders.remove(artifact.digest());
      uploads.delete(artifact.digest());
    }
  }

  private OpenRound round(RoundId id) {
    return open.filter(round -> round.id.equals(id))
        .orElseThrow(
            () -> new WeftException(Problem.WRONG_REFERENCE, Text.format("%s is over", id)));
  }

  private static <T> CompletionStage<T> result(Supplier<T> work) {
    try {
      return CompletableFuture.completedFuture(work.get());
    } catch (WeftException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
