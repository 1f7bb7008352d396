package dev.weft.privacy.secagg.graph;

import dev.weft.core.Text;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/** Sites by their index in the roster, from 1, ascending. */
public final class IndexSet {
  private final int[] indices;
  private final BitSet members;

  private IndexSet(int[] indices) {
    this.indices = indices;
    this.members = new BitSet();
    Arrays.stream(indices).forEach(members::set);
  }

  /**
   * @throws IllegalArgumentException if they do not ascend from 1 or more
   */
  public static IndexSet of(int... ascending) {
    int last = 0;
    for (int index : ascending) {
      if (index <= last) {
        throw new IllegalArgumentException(
            Text.format("indices: must ascend from 1, got %d after %d", index, last));
      }
      last = index;
    }
    return new IndexSet(ascending.clone());
  }

  /** From 1 to this. */
  public static IndexSet upTo(int last) {
    return new IndexSet(IntStream.rangeClosed(1, last).toArray());
  }

  public static IndexSet of(IntStream any) {
    return of(any.sorted().distinct().toArray());
  }

  public boolean contains(int index) {
    return index > 0 && members.get(index);
  }

  public boolean containsAll(IndexSet others) {
    return others.stream().allMatch(this::contains);
  }

  public int size() {
    return indices.length;
  }

  public IntStream stream() {
    return Arrays.stream(indices);
  }

  public int[] toArray() {
    return indices.clone();
  }

  public List<Integer> toList() {
    return stream().boxed().toList();
  }

  /** Those that are in both. */
  public IndexSet and(IndexSet others) {
    return new IndexSet(stream().filter(others::contains).toArray());
  }

  /** Those that are not in the other. */
  public IndexSet without(IndexSet others) {
    return new IndexSet(stream().filter(index -> !others.contains(index)).toArray());
  }

  /** How many are in both. */
  public int common(IndexSet others) {
    return (int) stream().filter(others::contains).count();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IndexSet that && Arrays.equals(indices, that.indices);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(indices);
  }

  @Override
  public String toString() {
    return Arrays.toString(indices);
  }
}
