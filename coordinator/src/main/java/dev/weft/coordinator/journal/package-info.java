/**
 * What a run remembers across the life of its process: events as JSON in a database, a file or a
 * server.
 */
package dev.weft.coordinator.journal;
