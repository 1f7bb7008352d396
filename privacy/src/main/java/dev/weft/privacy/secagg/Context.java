package dev.weft.privacy.secagg;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.FederationId;
import dev.weft.privacy.keys.FieldWriter;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Where a session belongs: what is signed in it is worth nothing anywhere else (privacy.md 1.3).
 *
 * @param run at most {@value #MOST_RUN_BYTES} bytes in UTF-8
 * @param round from 0
 * @param attempt of the round, from 0; a retried attempt is another session with fresh keys
 * @param terms digest of the {@link Terms}
 * @param base digest of the model that is tuned
 * @param schema digest of names, types and shapes of what is summed
 */
public record Context(
    FederationId federation,
    String run,
    long round,
    int attempt,
    Digest terms,
    Digest base,
    Digest schema) {
  public static final int MOST_RUN_BYTES = 256;

  public Context {
    if (round < 0 || attempt < 0) {
      throw new IllegalArgumentException(
          Text.format("round, attempt: from 0, got %d, %d", round, attempt));
    }
    if (run.getBytes(StandardCharsets.UTF_8).length > MOST_RUN_BYTES) {
      throw new IllegalArgumentException(
          Text.format("run: at most %d bytes in UTF-8, got %s", MOST_RUN_BYTES, Text.quoted(run)));
    }
  }

  /** 32 bytes that stand for all of it. */
  public Bytes digest() {
    return Sha256.of(
        new FieldWriter("secagg/v1/ctx")
            .text(federation.value())
            .text(run)
            .number(round)
            .count(attempt)
            .bytes(HexFormat.of().parseHex(terms.hex()))
            .bytes(HexFormat.of().parseHex(base.hex()))
            .bytes(HexFormat.of().parseHex(schema.hex())));
  }

  /** Where this attempt stands among those of its run. */
  public Attempt place() {
    return new Attempt(run, round, attempt);
  }

  /** A number of an attempt, by which a site refuses what is past. */
  public record Attempt(String run, long round, int attempt) {

    /** Whether it comes after another; attempts of another run do. */
    public boolean isAfter(Attempt other) {
      return !run.equals(other.run)
          || round > other.round
          || (round == other.round && attempt > other.attempt);
    }
  }
}
