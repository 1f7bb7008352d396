package dev.weft.privacy.secagg;

import dev.weft.privacy.keys.NodeId;
import java.util.Optional;

/**
 * Whom a federation's authority vouches for: the keys of sites that are enrolled and not revoked. A
 * roster is believed no further than this.
 */
@FunctionalInterface
public interface Members {
  Optional<Verifier> key(NodeId site);
}
