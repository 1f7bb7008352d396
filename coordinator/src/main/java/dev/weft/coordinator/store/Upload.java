package dev.weft.coordinator.store;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.weft.core.Text;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.Incoming;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * An update on its way over a line that may break. Every piece says where it belongs, and bytes
 * that have come already are passed over: so the end of a broken line and its successor may bring
 * the same bytes in any order, and what they bring together is the update. Safe for use by several
 * threads.
 */
public final class Upload {
  private final Incoming incoming;
  private final Consumer<Upload> whenComplete;
  private State state = State.COMING;

  private enum State {
    COMING,
    COMPLETE,
    GIVEN_UP
  }

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

  /** Whether it is this artifact, and has come or may still come. */
  synchronized boolean goesOn(Artifact artifact) {
    return state != State.GIVEN_UP && incoming.artifact().equals(artifact);
  }

  /**
   * Takes the next bytes; the last ones complete it.
   *
   * @return how many of its bytes have come now
   * @throws WeftException if some before them are missing, they are too many, or make another
   *     artifact
   */
  public long append(long at, byte[] bytes) {
    if (take(at, bytes)) {
      whenComplete.accept(this);
    }
    return have();
  }

  /** Whoever is told that it is complete is told outside of the lock. */
  private synchronized boolean take(long at, byte[] bytes) {
    long have = incoming.have();
    if (state == State.GIVEN_UP || at < 0 || at > have) {
      throw malformed(
          "bytes for offset %d came where %d have come; ask how much has come, and go on from"
              + " there",
          at, have);
    }
    int known = (int) Math.min(bytes.length, have - at);
    if (state == State.COMPLETE) {
      if (known < bytes.length) {
        throw malformed("more bytes than its %d came", have);
      }
      return false;
    }
    try {
      incoming.append(Arrays.copyOfRange(bytes, known, bytes.length));
      if (!incoming.complete()) {
        return false;
      }
      incoming.finish();
      state = State.COMPLETE;
      return true;
    } catch (WeftException e) {
      discard();
      throw e;
    }
  }

  @FormatMethod
  private static WeftException malformed(@FormatString String why, Object... values) {
    return new WeftException(Problem.MALFORMED_UPDATE, "update: " + Text.format(why, values));
  }

  /** Nobody goes on with it. */
  synchronized void discard() {
    if (state == State.COMING) {
      state = State.GIVEN_UP;
      incoming.discard();
    }
  }
}
