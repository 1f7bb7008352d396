package dev.weft.core.update;

import dev.weft.core.Text;
import java.util.Comparator;
import java.util.List;

/**
 * The updates of a round one by one, ordered by client. Whoever reads them has a part of each in
 * memory, never all of all: {@link #inBlocks} passes over them in blocks that are the narrower the
 * more clients there are.
 */
public final class StoredUpdates {
  /** For who need none. */
  public static final StoredUpdates NONE = new StoredUpdates(List.of());

  /** 16 MiB. */
  private static final int NUMBERS = 1 << 21;

  private final List<StoredUpdate> each;
  private final int numbers;

  public StoredUpdates(List<StoredUpdate> each) {
    this(each, NUMBERS);
  }

  /**
   * @param numbers in a block over all clients, at most, but one of each client at least
   */
  public StoredUpdates(List<StoredUpdate> each, int numbers) {
    this.each = each.stream().sorted(Comparator.comparing(StoredUpdate::client)).toList();
    this.numbers = numbers;
  }

  /** Sees some entries of all clients. */
  @FunctionalInterface
  public interface Block {

    /**
     * @param from position of the first of them
     * @param values a row per client, each of the same entries
     */
    void visit(int from, double[][] values);
  }

  /** One by one, ordered by client. */
  public List<StoredUpdate> each() {
    return each;
  }

  public int clients() {
    return each.size();
  }

  /**
   * Number of entries of every one of them.
   *
   * @throws IllegalStateException if there are none, or some have another rank
   */
  public int entries() {
    List<Integer> lengths = each.stream().map(StoredUpdate::entries).distinct().toList();
    if (lengths.size() != 1) {
      throw new IllegalStateException(
          Text.format("updates have %s entries where all are to have as many", lengths));
    }
    return lengths.get(0);
  }

  /** Visits all entries, in order of their positions. */
  public void inBlocks(Block block) {
    int entries = entries();
    int width = Math.max(1, numbers / each.size());
    int from = 0;
    while (from < entries) {
      int first = from;
      int size = Math.min(width, entries - first);
      block.visit(
          first, each.stream().map(update -> update.entries(first, size)).toArray(double[][]::new));
      from += size;
    }
  }
}
