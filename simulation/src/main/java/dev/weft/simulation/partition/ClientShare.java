package dev.weft.simulation.partition;

import dev.weft.finetune.data.TextExample;
import java.util.List;

/** The training data of one client. */
public record ClientShare(String name, List<TextExample> examples) {
  public ClientShare {
    examples = List.copyOf(examples);
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("examples: " + name + " has none");
    }
  }
}
