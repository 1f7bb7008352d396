package dev.weft.protocol;

import dev.weft.core.Digest;
import dev.weft.core.adapter.Part;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a client is asked to agree to before it trains.
 *
 * @param method name of the federated method
 * @param rank rank of the adapter that this client trains
 * @param mostExamples that an update may weigh
 * @param shared parts of the adapter whose change leaves the site
 * @param target digest of the layers and head the adapter attaches to
 * @param base digest of the exact quantized base model
 * @param reference digest of the global state that the round starts from
 */
public record Terms(
    String method,
    int rank,
    long mostExamples,
    Set<Part> shared,
    Digest target,
    Digest base,
    Digest reference) {

  public Terms {
    if (rank < 1) {
      throw new IllegalArgumentException("rank: must be at least 1, got " + rank);
    }
    if (mostExamples < 1) {
      throw new IllegalArgumentException("mostExamples: must be at least 1, got " + mostExamples);
    }
    shared = Collections.unmodifiableSet(new TreeSet<>(shared));
  }
}
