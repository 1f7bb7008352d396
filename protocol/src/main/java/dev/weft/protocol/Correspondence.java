package dev.weft.protocol;

/**
 * One side of one stream: signs what this side says and checks what the other one says. Used by one
 * thread at a time.
 */
public interface Correspondence {

  /** The next letter, signed and numbered. */
  byte[] write(byte[] payload);

  /**
   * What the other side's next letter says.
   *
   * @throws dev.weft.core.error.WeftException if the letter is not the other side's, not of this
   *     stream, or not new
   */
  byte[] read(byte[] letter);
}
