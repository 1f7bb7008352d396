package dev.weft.simulation.partition;

import java.util.List;

/**
 * The training data of one client.
 *
 * @param examples positions in the list that was dealt
 */
public record ClientShare(String name, List<Integer> examples) {
  public ClientShare {
    examples = List.copyOf(examples);
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("examples: " + name + " has none");
    }
  }
}
