/** Content-addressed artifacts: durable first, then named in the journal. */
package dev.weft.coordinator.store;
