/** Sites at the other end of a line: their streams, who is here, and what runs hear of it. */
package dev.weft.coordinator.sites;
