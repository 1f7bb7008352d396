/** The process of a coordinator: its home, its members, its runs, and what its operator says. */
package dev.weft.federation.coordinator;
