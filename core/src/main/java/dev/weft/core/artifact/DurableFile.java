package dev.weft.core.artifact;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.READ;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files that appear whole or not at all and survive a crash: written beside, synced, renamed,
 * folder synced (privacy.md 5.3).
 */
public final class DurableFile {
  private static final String UNFINISHED = ".tmp";

  private DurableFile() {}

  /**
   * Writes a file, in the place of an earlier one.
   *
   * @param attributes that it has from its first byte on, such as its permissions
   */
  public static void write(Path file, Content content, FileAttribute<?>... attributes)
      throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path unfinished =
        Files.createTempFile(folder, file.getFileName().toString(), UNFINISHED, attributes);
    try {
      try (FileOutputStream out = new FileOutputStream(unfinished.toFile());
          BufferedOutputStream buffered = new BufferedOutputStream(out)) {
        content.writeTo(buffered);
        buffered.flush();
        out.getFD().sync();
      }
      Files.move(unfinished, file, ATOMIC_MOVE);
      syncFolder(folder);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /** Makes what was renamed into a folder survive a crash. */
  public static void syncFolder(Path folder) throws IOException {
    if (hasOwners(folder)) { // elsewhere a folder cannot be opened
      try (FileChannel channel = FileChannel.open(folder, READ)) {
        channel.force(true);
      }
    }
  }

  /**
   * Permissions that a new file or folder has from the first, where the file system at a path has
   * such; none elsewhere.
   */
  public static FileAttribute<?>[] permissions(Path at, Set<PosixFilePermission> permissions)
      throws IOException {
    return hasOwners(at)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }

  /** Whether the file system of a path knows owners and permissions as POSIX does. */
  public static boolean hasOwners(Path path) throws IOException {
    return Files.getFileStore(path).supportsFileAttributeView("posix");
  }
}
