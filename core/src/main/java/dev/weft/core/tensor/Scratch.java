package dev.weft.core.tensor;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Where the numbers of a computation lie: in the heap, or, if they are many, in a file that is
 * mapped into memory, so that the system keeps as much of it at hand as there is room for. Such a
 * file has no name once it is there and goes with its last buffer.
 */
@FunctionalInterface
public interface Scratch {

  /** Numbers of one computation, all zero at first. */
  interface Room {

    /** At most 2^28 at once, in a file. */
    FloatBuffer floats(int size);

    /** At most 2^27 at once, in a file. */
    LongBuffer longs(int size);
  }

  /** Everything in the heap. */
  Scratch HEAP = bytes -> new Heap();

  /**
   * Room for one computation.
   *
   * @param bytes that it takes in all
   * @throws WeftException if there is none
   */
  Room room(long bytes);

  /** Files for computations that take more than an eighth of Java's heap. */
  static Scratch in(Path folder) {
    return in(folder, Runtime.getRuntime().maxMemory() / 8);
  }

  /**
   * Files for computations that take more than some bytes.
   *
   * @param folder made when the first one is needed
   */
  static Scratch in(Path folder, long mostInHeap) {
    return bytes -> bytes <= mostInHeap ? new Heap() : new Mapped(folder);
  }

  /** In Java's heap. */
  final class Heap implements Room {
    private Heap() {}

    @Override
    public FloatBuffer floats(int size) {
      return FloatBuffer.allocate(size);
    }

    @Override
    public LongBuffer longs(int size) {
      return LongBuffer.allocate(size);
    }
  }

  /** In files. */
  final class Mapped implements Room {
    private final Path folder;

    private Mapped(Path folder) {
      this.folder = folder;
    }

    @Override
    public FloatBuffer floats(int size) {
      return bytes((long) size * Float.BYTES).asFloatBuffer();
    }

    @Override
    public LongBuffer longs(int size) {
      return bytes((long) size * Long.BYTES).asLongBuffer();
    }

    private ByteBuffer bytes(long size) {
      Path file = folder.resolve(UUID.randomUUID() + ".scratch");
      try {
        Files.createDirectories(folder);
        try (FileChannel channel =
            FileChannel.open(file, CREATE_NEW, READ, WRITE, SPARSE, DELETE_ON_CLOSE)) {
          return channel
              .map(FileChannel.MapMode.READ_WRITE, 0, size)
              .order(ByteOrder.nativeOrder());
        }
      } catch (IOException e) {
        throw new WeftException(
            Problem.STORE_FAILED,
            Text.format(
                "%s: no room for %d bytes of sums: %s; free the disk",
                folder, size, e.getMessage()),
            e);
      }
    }
  }
}
