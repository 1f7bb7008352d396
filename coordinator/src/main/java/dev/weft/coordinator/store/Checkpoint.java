package dev.weft.coordinator.store;

import dev.weft.core.Digest;
import java.util.Optional;

/**
 * A global state that is durable.
 *
 * @param round rounds committed when it was current
 * @param state digest of the state, under which the archive has its manifest
 * @param memory under which the archive has what a server optimizer remembers
 */
public record Checkpoint(int round, Digest state, Optional<Digest> memory) {}
