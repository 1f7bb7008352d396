package dev.weft.finetune.torch;

import static org.junit.jupiter.api.Assumptions.abort;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;

/** Counts native memory. */
public final class NativeBytes {
  /**
   * What one collection finds unreachable is freed by another thread, some time before the next.
   */
  private static final int COLLECTIONS = 10;

  private NativeBytes() {}

  /** Bytes that malloc has handed out in this process; the Java heap is not among them. */
  public static long allocated() {
    try {
      Glibc.Allocations now = Native.load("c", Glibc.class).mallinfo2();
      return now.uordblks + now.hblkhd;
    } catch (UnsatisfiedLinkError e) {
      return abort("this platform's C library does not count allocations: " + e.getMessage());
    }
  }

  /** The same, less what buffers take that Java has not collected yet. */
  public static long afterCollection() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      least = Math.min(least, allocated());
    }
    return least;
  }

  /** The one function that tells live native bytes from those malloc merely keeps. */
  public interface Glibc extends Library {
    Allocations mallinfo2();

    /**
     * {@code struct mallinfo2}: in use are {@code uordblks} in arenas and {@code hblkhd} mapped.
     */
    @FieldOrder({
      "arena",
      "ordblks",
      "smblks",
      "hblks",
      "hblkhd",
      "usmblks",
      "fsmblks",
      "uordblks",
      "fordblks",
      "keepcost"
    })
    final class Allocations extends Structure implements Structure.ByValue {
      public long arena;
      public long ordblks;
      public long smblks;
      public long hblks;
      public long hblkhd;
      public long usmblks;
      public long fsmblks;
      public long uordblks;
      public long fordblks;
      public long keepcost;
    }
  }
}
