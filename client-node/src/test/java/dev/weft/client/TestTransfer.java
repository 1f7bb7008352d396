package dev.weft.client;

import dev.weft.core.Digest;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.artifact.Content;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.protocol.ArtifactTransfer;
import dev.weft.protocol.RoundId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** A way to the coordinator on which artifacts move when a test says so. */
final class TestTransfer implements ArtifactTransfer {
  private final Map<Digest, CompletableFuture<ArtifactStore>> coming = new ConcurrentHashMap<>();
  private final Map<Digest, CompletableFuture<Runnable>> alive = new ConcurrentHashMap<>();
  private final List<Digest> asked = Collections.synchronizedList(new ArrayList<>());
  private final CompletableFuture<Runnable> leaving = new CompletableFuture<>();
  private final MemoryStore store = new MemoryStore();
  private volatile CompletableFuture<Void> way = CompletableFuture.completedFuture(null);

  @Override
  public CompletionStage<ArtifactStore> fetch(RoundId id, Artifact artifact, Runnable moved) {
    asked.add(artifact.digest());
    alive.computeIfAbsent(artifact.digest(), none -> new CompletableFuture<>()).complete(moved);
    return coming(artifact.digest());
  }

  @Override
  public CompletionStage<Void> leave(
      RoundId id, Artifact artifact, ArtifactStore from, Runnable moved) {
    leaving.complete(moved);
    return way.thenAccept(
        open -> store.put(out -> from.open(artifact.digest(), 0).transferTo(out)));
  }

  /** What the client has left. */
  ArtifactStore left() {
    return store;
  }

  /** What the client asked for, in order. */
  List<Digest> asked() {
    return List.copyOf(asked);
  }

  /** The artifact comes, or has come. */
  void give(Content content) {
    coming(store.put(content).digest()).complete(store);
  }

  /** The artifact comes with whatever this store has for it. */
  void give(Digest digest, ArtifactStore from) {
    coming(digest).complete(from);
  }

  void refuse(Digest digest, RuntimeException reason) {
    coming(digest).completeExceptionally(reason);
  }

  /** Says that some bytes of an artifact that is asked for came. */
  void trickle(Digest digest) {
    alive.computeIfAbsent(digest, none -> new CompletableFuture<>()).join().run();
  }

  /** From now on nothing is left before {@code opened}; some bytes go when the result is run. */
  CompletableFuture<Runnable> close(CompletableFuture<Void> opened) {
    way = opened;
    return leaving;
  }

  private CompletableFuture<ArtifactStore> coming(Digest digest) {
    return coming.computeIfAbsent(digest, none -> new CompletableFuture<>());
  }
}
