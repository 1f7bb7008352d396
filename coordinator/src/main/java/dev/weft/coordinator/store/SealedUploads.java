package dev.weft.coordinator.store;

import static java.nio.file.StandardOpenOption.READ;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.artifact.Content;
import dev.weft.core.artifact.Incoming;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.OpeningKey;
import dev.weft.privacy.keys.SealedBox;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where updates wait to be summed: sealed on disk to a key that is in this process's memory alone,
 * so that nobody reads one afterwards, and nobody beside it. What an earlier process left cannot be
 * opened any more and goes. Names of files say nothing of who left them.
 */
public final class SealedUploads implements ArtifactStore {
  private static final String ENDING = ".sealed";

  private final Path directory;
  private final SecureRandom random = new SecureRandom();
  private final OpeningKey key = OpeningKey.generate(random);
  private final Map<Digest, Sealed> sealed = new ConcurrentHashMap<>();

  /** An upload that is whole. */
  private record Sealed(Path file, long bytes) {}

  private SealedUploads(Path directory) {
    this.directory = directory;
  }

  /**
   * Opens the directory, empty.
   *
   * @throws WeftException if it cannot be made
   */
  public static SealedUploads in(Path directory) {
    try {
      Files.createDirectories(directory);
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
        for (Path file : files) {
          Files.deleteIfExists(file);
        }
      }
      return new SealedUploads(directory);
    } catch (IOException e) {
      throw notStored(directory, e);
    }
  }

  @Override
  public Artifact put(Content content) {
    Artifact artifact = Artifact.of(content);
    Coming coming = new Coming(artifact);
    try (OutputStream out = coming.out) {
      content.writeTo(out);
    } catch (IOException e) {
      coming.discard();
      throw notStored(directory, e);
    }
    coming.complete();
    return artifact;
  }

  @Override
  public Incoming receive(Artifact artifact, int way) {
    return Incoming.begin(artifact, new Coming(artifact));
  }

  private final class Coming implements Incoming.Place {
    private final Artifact artifact;
    private final Path file;
    private final OutputStream out;

    Coming(Artifact artifact) {
      this.artifact = artifact;
      try {
        file = Files.createTempFile(directory, "upload-", ENDING);
        out =
            SealedBox.seal(
                new BufferedOutputStream(Files.newOutputStream(file), 1 << 16),
                key.sealingKey(),
                artifact.digest(),
                random);
      } catch (IOException e) {
        throw notStored(directory, e);
      }
    }

    @Override
    public void append(byte[] bytes) {
      try {
        out.write(bytes);
      } catch (IOException e) {
        throw notStored(file, e);
      }
    }

    @Override
    public void complete() {
      try {
        out.close();
      } catch (IOException e) {
        throw notStored(file, e);
      }
      if (sealed.putIfAbsent(artifact.digest(), new Sealed(file, artifact.bytes())) != null) {
        remove(file);
      }
    }

    @Override
    public void discard() {
      try {
        out.close();
      } catch (IOException e) {
        throw notStored(file, e);
      } finally {
        remove(file);
      }
    }
  }

  @Override
  public OptionalLong bytes(Digest digest) {
    Sealed one = sealed.get(digest);
    return one == null ? OptionalLong.empty() : OptionalLong.of(one.bytes());
  }

  @Override
  public InputStream open(Digest digest, long from) {
    Sealed one = sealed.get(digest);
    if (one == null || from > one.bytes()) {
      throw new WeftException(
          Problem.BAD_ARTIFACT,
          Text.format("artifact %s is missing or shorter than %d bytes", digest, from));
    }
    try {
      return SealedBox.open(offset -> from(one.file(), offset), key, digest, from);
    } catch (IOException e) {
      throw new WeftException(
          Problem.BAD_ARTIFACT, Text.format("%s: cannot be read", one.file()), e);
    }
  }

  private static InputStream from(Path file, long offset) throws IOException {
    FileChannel channel = FileChannel.open(file, READ);
    return Channels.newInputStream(channel.position(offset));
  }

  @Override
  public void delete(Digest digest) {
    Sealed one = sealed.remove(digest);
    if (one != null) {
      remove(one.file());
    }
  }

  @Override
  public void keepOnly(Set<Digest> digests) {
    sealed.keySet().stream().filter(digest -> !digests.contains(digest)).forEach(this::delete);
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw notStored(file, e);
    }
  }

  private static WeftException notStored(Path file, IOException e) {
    return new WeftException(
        Problem.STORE_FAILED, Text.format("%s: cannot be stored: %s", file, e.getMessage()), e);
  }
}
