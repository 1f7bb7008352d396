package dev.weft.core.artifact;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One file per artifact, named by its digest. A file appears whole or not at all: written beside,
 * synced, renamed, directory synced (privacy.md 5.3); only a {@link #scratch} store does not sync.
 * A directory belongs to one store at a time.
 */
public final class DirectoryStore implements ArtifactStore {
  private static final String UNFINISHED = ".tmp";

  /** What has come of an artifact; outlives its process. */
  private static final String COMING = ".part";

  private final Path directory;
  private final boolean synced;

  private DirectoryStore(Path directory, boolean synced) {
    this.directory = directory;
    this.synced = synced;
  }

  /** Opens the store, creating its directory where needed; what an earlier one began goes. */
  public static DirectoryStore open(Path directory) {
    return new DirectoryStore(cleared(directory, "*" + UNFINISHED), true);
  }

  /**
   * Opens a store for what need not outlive its process: it does not wait for the disk, and what an
   * earlier one left goes.
   */
  public static DirectoryStore scratch(Path directory) {
    return new DirectoryStore(cleared(directory, "*"), false);
  }

  /** A directory in which nothing matches. */
  private static Path cleared(Path directory, String glob) {
    try {
      Files.createDirectories(directory);
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
        for (Path file : files) {
          Files.deleteIfExists(file);
        }
      }
      return directory;
    } catch (IOException e) {
      throw notStored(directory, e);
    }
  }

  @Override
  public Artifact put(Content content) {
    try {
      Path unfinished = Files.createTempFile(directory, "artifact-", UNFINISHED);
      try {
        Artifact artifact = write(content, unfinished);
        Files.move(unfinished, file(artifact.digest()), ATOMIC_MOVE);
        if (synced) {
          DurableFile.syncFolder(directory);
        }
        return artifact;
      } catch (IOException | RuntimeException e) {
        discard(unfinished, e);
        throw e;
      }
    } catch (IOException e) {
      throw notStored(directory, e);
    }
  }

  @Override
  public Incoming receive(Artifact artifact, int way) {
    Path coming = directory.resolve(artifact.digest().hex() + "." + way + COMING);
    MessageDigest taken = Digest.sha256();
    try {
      long have = 0;
      if (Files.exists(coming) && Files.size(coming) <= artifact.bytes()) {
        try (InputStream before = Files.newInputStream(coming)) {
          have = before.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), taken));
        }
      } else {
        Files.deleteIfExists(coming);
      }
      return new Incoming(artifact, new ComingFile(coming, artifact.digest()), taken, have);
    } catch (IOException e) {
      throw notStored(coming, e);
    }
  }

  /** Opened anew for every piece, so that one that nobody goes on with holds nothing open. */
  private final class ComingFile implements Incoming.Place {
    private final Path coming;
    private final Digest digest;

    ComingFile(Path coming, Digest digest) {
      this.coming = coming;
      this.digest = digest;
    }

    @Override
    public void append(byte[] bytes) {
      try {
        Files.write(coming, bytes, CREATE, APPEND);
      } catch (IOException e) {
        throw notStored(coming, e);
      }
    }

    @Override
    public void complete() {
      try (FileChannel channel = FileChannel.open(coming, CREATE, WRITE)) {
        if (synced) {
          channel.force(true);
        }
        Files.move(coming, file(digest), ATOMIC_MOVE);
        if (synced) {
          DurableFile.syncFolder(directory);
        }
      } catch (IOException e) {
        throw notStored(coming, e);
      }
    }

    @Override
    public void discard() {
      try {
        Files.deleteIfExists(coming);
      } catch (IOException e) {
        throw notStored(coming, e);
      }
    }
  }

  @Override
  public OptionalLong bytes(Digest digest) {
    try {
      return OptionalLong.of(Files.size(file(digest)));
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    } catch (IOException e) {
      throw notRead(file(digest), e);
    }
  }

  @Override
  public InputStream open(Digest digest, long from) {
    Path file = file(digest);
    try {
      FileChannel channel = FileChannel.open(file, READ);
      if (from > channel.size()) {
        channel.close();
        throw new WeftException(
            Problem.BAD_ARTIFACT,
            Text.format("%s: the artifact is shorter than %d bytes", file, from));
      }
      return new BufferedInputStream(Channels.newInputStream(channel.position(from)), 1 << 16);
    } catch (IOException e) {
      throw notRead(file, e);
    }
  }

  @Override
  public void delete(Digest digest) {
    try {
      Files.deleteIfExists(file(digest));
    } catch (IOException e) {
      throw notStored(file(digest), e);
    }
  }

  @Override
  public void keepOnly(Set<Digest> digests) {
    Set<String> kept = digests.stream().map(Digest::hex).collect(Collectors.toSet());
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        String digest = name.endsWith(COMING) ? name.substring(0, name.indexOf('.')) : name;
        if (!name.endsWith(UNFINISHED) && !kept.contains(digest)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw notStored(directory, e);
    }
  }

  private Path file(Digest digest) {
    return directory.resolve(digest.hex());
  }

  private Artifact write(Content content, Path file) throws IOException {
    try (FileOutputStream out = new FileOutputStream(file.toFile());
        AddressStream address = new AddressStream(new BufferedOutputStream(out, 1 << 16))) {
      content.writeTo(address);
      address.flush();
      if (synced) {
        out.getFD().sync();
      }
      return address.artifact();
    }
  }

  private static void discard(Path unfinished, Exception reason) {
    try {
      Files.deleteIfExists(unfinished);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  private static WeftException notRead(Path file, IOException e) {
    return new WeftException(
        Problem.BAD_ARTIFACT,
        e instanceof NoSuchFileException
            ? Text.format("%s: the artifact is missing", file)
            : Text.format("%s: the artifact cannot be read: %s", file, e.getMessage()),
        e);
  }

  private static WeftException notStored(Path file, IOException e) {
    return new WeftException(
        Problem.STORE_FAILED, Text.format("%s: cannot be stored: %s", file, e.getMessage()), e);
  }
}
