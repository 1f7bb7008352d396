package dev.weft.coordinator.store;

import dev.weft.core.Text;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.Incoming;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.function.Consumer;

/**
 * An update on its way over a line that may break. Every piece says where it belongs, so that the
 * end of a broken line cannot write into what its successor brings. Safe for use by several
 * threads.
 */
public final class Upload {
  private final Incoming incoming;
  private final Consumer<Upload> whenComplete;
  private boolean over;

  /**
   * @param whenComplete hears once, when the store has all of it
   */
  Upload(Incoming incoming, Consumer<Upload> whenComplete) {
    this.incoming = incoming;
    this.whenComplete = whenComplete;
  }

  Artifact artifact() {
    return incoming.artifact();
  }

  /** How many of its bytes have come. */
  public synchronized long have() {
    return incoming.have();
  }

  /** Whether more of this artifact may come. */
  synchronized boolean goesOn(Artifact artifact) {
    return !over && incoming.artifact().equals(artifact);
  }

  /**
   * Takes the next bytes; the last ones complete it.
   *
   * @throws WeftException if they do not belong there, are too many, or make another artifact
   */
  public void append(long at, byte[] bytes) {
    if (take(at, bytes)) {
      whenComplete.accept(this);
    }
  }

  /** Whoever is told that it is complete is told outside of the lock. */
  private synchronized boolean take(long at, byte[] bytes) {
    if (over || at != incoming.have()) {
      throw new WeftException(
          Problem.MALFORMED_UPDATE,
          Text.format(
              "update: bytes for offset %d came where %d have come; ask how much has come, and go"
                  + " on from there",
              at, incoming.have()));
    }
    try {
      incoming.append(bytes);
      over = incoming.complete();
      if (over) {
        incoming.finish();
      }
      return over;
    } catch (WeftException e) {
      over = true;
      throw e;
    }
  }

  /** Nobody goes on with it. */
  synchronized void discard() {
    if (!over) {
      over = true;
      incoming.discard();
    }
  }
}
