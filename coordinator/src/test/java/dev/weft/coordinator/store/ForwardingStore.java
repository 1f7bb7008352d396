package dev.weft.coordinator.store;

import dev.weft.core.Digest;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.artifact.Content;
import dev.weft.core.artifact.Incoming;
import java.io.InputStream;
import java.util.OptionalLong;
import java.util.Set;

/** A store behind which stands another; a test changes what it is about. */
class ForwardingStore implements ArtifactStore {
  private final ArtifactStore store;

  ForwardingStore(ArtifactStore store) {
    this.store = store;
  }

  @Override
  public Artifact put(Content content) {
    return store.put(content);
  }

  @Override
  public Incoming receive(Artifact artifact, int way) {
    return store.receive(artifact, way);
  }

  @Override
  public OptionalLong bytes(Digest digest) {
    return store.bytes(digest);
  }

  @Override
  public InputStream open(Digest digest, long from) {
    return store.open(digest, from);
  }

  @Override
  public void delete(Digest digest) {
    store.delete(digest);
  }

  @Override
  public void keepOnly(Set<Digest> digests) {
    store.keepOnly(digests);
  }
}
