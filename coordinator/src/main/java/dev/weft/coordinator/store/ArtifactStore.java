package dev.weft.coordinator.store;

import dev.weft.core.Digest;
import java.util.Set;

/**
 * Bytes under the SHA-256 of their content; safe for use by several threads. What was put is
 * durable when {@link #put} returns, and is never changed afterwards.
 */
public interface ArtifactStore {

  /**
   * Stores the bytes; storing them again has no effect.
   *
   * @throws dev.weft.core.error.WeftException if they cannot be made durable; nothing is visible
   *     then
   */
  Digest put(byte[] bytes);

  /**
   * @throws dev.weft.core.error.WeftException if the artifact is missing or its bytes no longer
   *     have this digest
   */
  byte[] get(Digest digest);

  /** Nobody will ask for others than these any more; a store that is a history keeps them. */
  default void needOnly(Set<Digest> digests) {}
}
