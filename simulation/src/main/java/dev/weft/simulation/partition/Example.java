package dev.weft.simulation.partition;

import java.util.Optional;

/**
 * What a partitioner may know of an example.
 *
 * @param text to quote it by
 * @param label its class, where the task has classes
 * @param client the site it comes from, where the data says so
 */
public record Example(String text, Optional<String> label, Optional<String> client) {}
