package dev.weft.coordinator.store;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One file per artifact, named by its digest. A file appears whole or not at all: written beside,
 * synced, renamed, directory synced (privacy.md 5.3).
 */
public final class DirectoryStore implements ArtifactStore {
  private final Path directory;

  private DirectoryStore(Path directory) {
    this.directory = directory;
  }

  /** Opens the store, creating its directory where needed. */
  public static DirectoryStore open(Path directory) {
    try {
      return new DirectoryStore(Files.createDirectories(directory));
    } catch (IOException e) {
      throw notStored(directory, e);
    }
  }

  @Override
  public Digest put(byte[] bytes) {
    Digest digest = Digest.of(bytes);
    Path file = file(digest);
    if (!Files.exists(file)) {
      // Two threads that store the same bytes must not share a file that is being written.
      Path unfinished =
          directory.resolve(Text.format("%s.%d.tmp", digest, Thread.currentThread().getId()));
      try {
        write(unfinished, bytes);
        Files.move(unfinished, file, ATOMIC_MOVE);
        syncDirectory();
      } catch (IOException e) {
        discard(unfinished, e);
        throw notStored(file, e);
      }
    }
    return digest;
  }

  @Override
  public byte[] get(Digest digest) {
    Path file = file(digest);
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new WeftException(
          Problem.BAD_ARTIFACT, Text.format("%s: artifact cannot be read", file), e);
    }
    if (!Digest.of(bytes).equals(digest)) {
      throw new WeftException(
          Problem.BAD_ARTIFACT, Text.format("%s: artifact's bytes are not those stored", file));
    }
    return bytes;
  }

  private Path file(Digest digest) {
    return directory.resolve(digest.hex());
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, CREATE, WRITE, TRUNCATE_EXISTING)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  private void syncDirectory() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, READ)) {
      channel.force(true);
    }
  }

  private static void discard(Path unfinished, IOException reason) {
    try {
      Files.deleteIfExists(unfinished);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  private static WeftException notStored(Path file, IOException e) {
    return new WeftException(
        Problem.STORE_FAILED, Text.format("%s: cannot be stored: %s", file, e.getMessage()), e);
  }
}
