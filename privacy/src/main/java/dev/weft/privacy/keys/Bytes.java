package dev.weft.privacy.keys;

import java.util.Arrays;

/** Bytes that never change and are compared by content; printed, they show their number alone. */
public final class Bytes {
  public static final Bytes NONE = new Bytes(new byte[0]);

  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /** A copy of these bytes. */
  public static Bytes of(byte[] content) {
    return new Bytes(content.clone());
  }

  /** A copy of the content. */
  public byte[] toArray() {
    return content.clone();
  }

  /** Those from one place until before another. */
  public Bytes range(int from, int to) {
    return new Bytes(Arrays.copyOfRange(content, from, to));
  }

  /** These, and others behind them. */
  public Bytes and(Bytes others) {
    byte[] all = Arrays.copyOf(content, content.length + others.content.length);
    System.arraycopy(others.content, 0, all, content.length, others.content.length);
    return new Bytes(all);
  }

  public int size() {
    return content.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  @Override
  public String toString() {
    return content.length + " bytes";
  }
}
