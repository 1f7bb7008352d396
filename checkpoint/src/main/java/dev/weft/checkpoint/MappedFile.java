package dev.weft.checkpoint;

import dev.weft.core.Text;
import dev.weft.core.error.FileContent;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A model file whose parts are memory-mapped when they are asked for: nothing is read before it is
 * used, and nothing is held on the heap.
 *
 * @param size in bytes, when it was opened
 */
record MappedFile(Path path, long size) {

  /** The longest part that one buffer can hold. */
  static final long LONGEST_PART = Integer.MAX_VALUE;

  /**
   * @throws WeftException if there is no such readable file, or plainly another in its place
   */
  static MappedFile open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new WeftException(
          Problem.MISSING_FILE, Text.format("%s: is not a file; check the path", path));
    }
    FileContent.requireGenuine(path);
    try {
      return new MappedFile(path, Files.size(path));
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /**
   * The bytes from {@code offset}, read-only and little-endian.
   *
   * @param length at most {@link #LONGEST_PART}
   */
  ByteBuffer map(long offset, long length) {
    if (offset < 0 || length < 0 || length > size - offset) {
      throw new IllegalArgumentException(
          Text.format("offset, length: %d bytes from %d leave a file of %d", length, offset, size));
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      if (channel.size() < offset + length) {
        throw new WeftException(
            Problem.BAD_CHECKPOINT,
            Text.format(
                "%s: has become shorter since it was opened; leave the file alone while Weft uses"
                    + " it",
                path));
      }
      return channel
          .map(FileChannel.MapMode.READ_ONLY, offset, length)
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** The array that lies at {@code offset}. */
  RawTensor tensor(String name, ElementType type, List<Integer> shape, long offset) {
    return new RawTensor(name, type, shape, map(offset, type.bytes(shape)));
  }

  private static WeftException unreadable(Path path, IOException cause) {
    return new WeftException(
        Problem.MISSING_FILE,
        Text.format("%s: cannot be read; check the path and its permissions", path),
        cause);
  }
}
