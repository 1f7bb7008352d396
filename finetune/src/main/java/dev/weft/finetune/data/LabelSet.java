package dev.weft.finetune.data;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.Collections;
import java.util.List;

/**
 * The classes of a task in alphabetical order; their position is the model's output index.
 *
 * @param names distinct and sorted
 */
public record LabelSet(List<String> names) {

  public LabelSet {
    names = List.copyOf(names);
    if (!names.equals(names.stream().distinct().sorted().toList())) {
      throw new IllegalArgumentException("names: must be distinct and sorted, got " + names);
    }
    if (names.size() < 2) {
      throw new WeftException(
          Problem.EMPTY_CLASS,
          Text.format(
              "training data: holds %s where a classifier needs two classes; check"
                  + " data.label-column",
              names.isEmpty() ? "no class" : "only the class \"" + names.get(0) + "\""));
    }
  }

  /**
   * The classes that occur in {@code examples}.
   *
   * @throws WeftException if these are fewer than two
   */
  public static LabelSet of(List<TextExample> examples) {
    return new LabelSet(examples.stream().map(TextExample::label).distinct().sorted().toList());
  }

  public int size() {
    return names.size();
  }

  public boolean contains(String label) {
    return Collections.binarySearch(names, label) >= 0;
  }

  /**
   * Position of a class.
   *
   * @throws WeftException if it is none of this task's
   */
  public int index(String label) {
    int index = Collections.binarySearch(names, label);
    if (index < 0) {
      throw new WeftException(
          Problem.EMPTY_CLASS,
          Text.format(
              "class \"%s\": has no training example; add some, raise data.train-examples or drop"
                  + " the class",
              label));
    }
    return index;
  }

  /** Positions of the classes of {@code examples}, in their order. */
  public int[] indices(List<TextExample> examples) {
    return examples.stream().mapToInt(example -> index(example.label())).toArray();
  }
}
