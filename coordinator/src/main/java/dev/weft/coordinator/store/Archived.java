package dev.weft.coordinator.store;

import dev.weft.core.adapter.GlobalState;
import dev.weft.core.state.StateManifest;

/** A durable state, in memory as in the archive. */
public record Archived(Checkpoint checkpoint, GlobalState state, StateManifest manifest) {}
