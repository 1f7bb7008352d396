package dev.weft.core.artifact;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An artifact store that lives as long as its process. */
public final class MemoryStore implements ArtifactStore {
  private final Map<Digest, ByteBlocks> artifacts = new ConcurrentHashMap<>();

  @Override
  public Artifact put(Content content) {
    ByteBlocks blocks = new ByteBlocks();
    try (AddressStream address = new AddressStream(blocks)) {
      content.writeTo(address);
      Artifact artifact = address.artifact();
      artifacts.putIfAbsent(artifact.digest(), blocks);
      return artifact;
    } catch (IOException e) {
      throw new UncheckedIOException("memory takes every byte", e);
    }
  }

  @Override
  public Incoming receive(Artifact artifact, int way) {
    ByteBlocks blocks = new ByteBlocks();
    return Incoming.begin(
        artifact,
        new Incoming.Place() {
          @Override
          public void append(byte[] bytes) {
            blocks.write(bytes, 0, bytes.length);
          }

          @Override
          public void complete() {
            blocks.close();
            artifacts.putIfAbsent(artifact.digest(), blocks);
          }

          @Override
          public void discard() {}
        });
  }

  @Override
  public OptionalLong bytes(Digest digest) {
    return Optional.ofNullable(artifacts.get(digest))
        .map(blocks -> OptionalLong.of(blocks.length()))
        .orElse(OptionalLong.empty());
  }

  @Override
  public InputStream open(Digest digest, long from) {
    ByteBlocks blocks = artifacts.get(digest);
    if (blocks == null || from > blocks.length()) {
      throw new WeftException(
          Problem.BAD_ARTIFACT, Text.format("artifact %s is missing or too short", digest));
    }
    return blocks.from(from);
  }

  @Override
  public void delete(Digest digest) {
    artifacts.remove(digest);
  }

  @Override
  public void keepOnly(Set<Digest> digests) {
    artifacts.keySet().retainAll(digests);
  }
}
