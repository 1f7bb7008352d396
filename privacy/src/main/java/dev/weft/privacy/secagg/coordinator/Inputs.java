package dev.weft.privacy.secagg.coordinator;

import dev.weft.core.update.RingSource;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.message.KeyShares;

/**
 * What the coordinator has once all vectors have come.
 *
 * @param sharing U2
 * @param shares what each of these sent
 * @param survivors U3
 * @param vectors of these
 */
record Inputs(
    IndexSet sharing, Inbox<KeyShares> shares, IndexSet survivors, Inbox<RingSource> vectors) {

  /** Those that shared and sent no vector. */
  IndexSet dropped() {
    return sharing.without(survivors);
  }
}
