package dev.weft.core.artifact;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.security.MessageDigest;

/**
 * An artifact on its way into a store. It may come in many pieces, and after a break it goes on
 * where it stopped; nobody sees it before it is complete. One at a time uses it.
 */
public final class Incoming {

  /** Where a store keeps what has come so far. */
  public interface Place {
    void append(byte[] bytes);

    /** All of it has come and is genuine: it is an artifact of the store now. */
    void complete();

    /** None of it is wanted any more. */
    void discard();
  }

  private final Artifact artifact;
  private final Place place;
  private final MessageDigest taken;
  private long have;

  /**
   * @param taken has taken what is there already
   * @param have how many bytes that is
   */
  Incoming(Artifact artifact, Place place, MessageDigest taken, long have) {
    this.artifact = artifact;
    this.place = place;
    this.taken = taken;
    this.have = have;
  }

  /** One of which nothing has come yet. */
  public static Incoming begin(Artifact artifact, Place place) {
    return new Incoming(artifact, place, Digest.sha256(), 0);
  }

  public Artifact artifact() {
    return artifact;
  }

  /** How many of its bytes have come. */
  public long have() {
    return have;
  }

  /**
   * Takes the next bytes.
   *
   * @throws WeftException if they are more than the artifact has, or cannot be kept
   */
  public void append(byte[] bytes) {
    if (bytes.length > artifact.bytes() - have) {
      discard();
      throw new WeftException(
          Problem.BAD_ARTIFACT,
          Text.format(
              "artifact %s: more than its %d bytes came",
              artifact.digest().brief(), artifact.bytes()));
    }
    place.append(bytes);
    taken.update(bytes);
    have += bytes.length;
  }

  /** Whether all of it has come. */
  public boolean complete() {
    return have == artifact.bytes();
  }

  /**
   * Makes it an artifact of the store.
   *
   * @throws WeftException if some of it is missing, or it is another; what came is discarded then
   */
  public void finish() {
    if (!complete() || !Digest.of(taken).equals(artifact.digest())) {
      boolean cut = !complete();
      discard();
      throw new WeftException(
          Problem.BAD_ARTIFACT,
          cut
              ? Text.format(
                  "artifact %s: %d of its %d bytes came",
                  artifact.digest().brief(), have, artifact.bytes())
              : Text.format("artifact %s: other bytes came", artifact.digest().brief()));
    }
    place.complete();
  }

  /** Forgets what came. */
  public void discard() {
    place.discard();
  }
}
