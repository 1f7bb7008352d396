/** What a run remembers across the life of its process: events as JSON in a database file. */
package dev.weft.coordinator.journal;
