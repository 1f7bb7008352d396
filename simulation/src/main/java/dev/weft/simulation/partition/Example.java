package dev.weft.simulation.partition;

import dev.weft.finetune.data.Place;
import java.util.Optional;

/**
 * What a partitioner may know of an example.
 *
 * @param place what errors name it by
 * @param label its class, where the task has classes
 * @param client the site it comes from, where the data says so
 */
public record Example(Place place, Optional<String> label, Optional<String> client) {}
