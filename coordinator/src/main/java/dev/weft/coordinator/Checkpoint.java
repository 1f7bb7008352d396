package dev.weft.coordinator;

import dev.weft.core.Digest;

/**
 * A global state that is durable.
 *
 * @param round rounds committed when it was current
 * @param state digest of the state itself
 * @param manifest under which the archive has it
 */
public record Checkpoint(int round, Digest state, Digest manifest) {}
