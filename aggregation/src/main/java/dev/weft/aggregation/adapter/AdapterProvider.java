package dev.weft.aggregation.adapter;

import java.util.List;

/**
 * Adapters of a user's own jar: {@code
 * META-INF/services/dev.weft.aggregation.adapter.AdapterProvider} names the implementation, which
 * has a constructor without parameters.
 */
@FunctionalInterface
public interface AdapterProvider {
  List<AdapterCard> adapters();
}
