package dev.weft.federation.report;

import dev.weft.core.Digest;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What it takes to rebuild an adapter bit for bit, next to the configuration.
 *
 * @param digests by what they are of: {@code model}, {@code target}, {@code adapter} and {@code
 *     test}, the texts held out
 * @param versions by component, such as {@code weft}, {@code java}, {@code djl}, {@code pytorch}
 */
public record Provenance(
    String method, long seed, Map<String, Digest> digests, Map<String, String> versions) {
  public Provenance {
    digests = Collections.unmodifiableMap(new TreeMap<>(digests));
    versions = Collections.unmodifiableMap(new TreeMap<>(versions));
  }
}
