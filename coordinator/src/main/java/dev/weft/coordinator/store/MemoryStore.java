package dev.weft.coordinator.store;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An artifact store that lives as long as its process, and holds what is needed. */
public final class MemoryStore implements ArtifactStore {
  private final Map<Digest, byte[]> artifacts = new ConcurrentHashMap<>();

  @Override
  public Digest put(byte[] bytes) {
    Digest digest = Digest.of(bytes);
    artifacts.putIfAbsent(digest, bytes.clone());
    return digest;
  }

  @Override
  public byte[] get(Digest digest) {
    byte[] bytes = artifacts.get(digest);
    if (bytes == null) {
      throw new WeftException(Problem.BAD_ARTIFACT, Text.format("artifact %s is missing", digest));
    }
    return bytes.clone();
  }

  @Override
  public void needOnly(Set<Digest> digests) {
    artifacts.keySet().retainAll(digests);
  }
}
