package dev.weft.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * What a secure sum costs: all sites and the coordinator of one session in one process, with every
 * key, share, signature and mask of a real one, and messages as their bytes.
 *
 * @param clients that are in the session
 * @param values integers of a vector
 * @param bits of every integer
 * @param neighbours that each client shares with
 * @param threshold shares that give a secret
 * @param dropped clients that shared and sent no vector
 * @param seconds from the offer until the sum is in memory, on all processors
 * @param serverSeconds of these, in the coordinator
 * @param bytesPerClient sent and received by a client that lasted, on average, its vector included
 * @param exact whether the sum is that of the survivors' integers, each worked out anew
 */
public record SecureSumMeasurement(
    int clients,
    int values,
    int bits,
    int neighbours,
    int threshold,
    int dropped,
    double seconds,
    double serverSeconds,
    long bytesPerClient,
    boolean exact) {

  /** The keys are those of the components that do not follow from the command. */
  public String toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("clients", clients)
        .put("values", values)
        .put("seconds", seconds)
        .put("serverSeconds", serverSeconds)
        .put("bytesPerClient", bytesPerClient)
        .put("exact", exact)
        .toString();
  }
}
