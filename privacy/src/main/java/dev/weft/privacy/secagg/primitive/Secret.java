package dev.weft.privacy.secagg.primitive;

import java.util.Arrays;

/** Bytes that nobody is to see; printed, they show nothing, and they can be erased. */
public final class Secret {
  private final byte[] content;
  private boolean erased;

  private Secret(byte[] content) {
    this.content = content;
  }

  /** These bytes themselves, which belong to the secret from now on. */
  public static Secret owning(byte[] content) {
    return new Secret(content);
  }

  /**
   * The bytes themselves; nobody keeps or changes them.
   *
   * @throws IllegalStateException if they were erased
   */
  public byte[] bytes() {
    if (erased) {
      throw new IllegalStateException("a secret was used after it was erased");
    }
    return content;
  }

  public int size() {
    return content.length;
  }

  /** Overwrites the bytes with zeros. */
  public void erase() {
    Arrays.fill(content, (byte) 0);
    erased = true;
  }

  public boolean isErased() {
    return erased;
  }

  @Override
  public String toString() {
    return erased ? "erased secret" : "secret";
  }
}
