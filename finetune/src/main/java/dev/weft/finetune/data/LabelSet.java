package dev.weft.finetune.data;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The classes of a task; their position is the model's output index. */
public final class LabelSet {
  private final List<String> names;
  private final Map<String, Integer> positions = new HashMap<>();

  /**
   * @param names distinct
   * @throws WeftException if they are fewer than two
   */
  public LabelSet(List<String> names) {
    this.names = List.copyOf(names);
    for (String name : names) {
      if (positions.put(name, positions.size()) != null) {
        throw new IllegalArgumentException("names: must be distinct, got " + names);
      }
    }
    if (names.size() < 2) {
      throw new WeftException(
          Problem.EMPTY_CLASS,
          Text.format(
              "training data: holds %s where a classifier needs two classes; check"
                  + " data.label-column",
              names.isEmpty() ? "no class" : "only the class " + Text.quoted(names.get(0))));
    }
  }

  /**
   * The classes that occur in {@code examples}, in alphabetical order.
   *
   * @throws WeftException if these are fewer than two
   */
  public static LabelSet of(List<TextExample> examples) {
    return new LabelSet(examples.stream().map(TextExample::label).distinct().sorted().toList());
  }

  public List<String> names() {
    return names;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LabelSet that && names.equals(that.names);
  }

  @Override
  public int hashCode() {
    return names.hashCode();
  }

  @Override
  public String toString() {
    return names.toString();
  }

  public int size() {
    return names.size();
  }

  /** Position of a class; empty if it is none of this task's. */
  public Optional<Integer> find(String label) {
    return Optional.ofNullable(positions.get(label));
  }

  /** Position of a class that is one of this task's. */
  public int index(String label) {
    return find(label)
        .orElseThrow(
            () -> new IllegalArgumentException("label: " + Text.quoted(label) + " is unknown"));
  }

  /** Positions of the classes of {@code examples}, which are all of this task's, in their order. */
  public int[] indices(List<TextExample> examples) {
    return examples.stream().mapToInt(example -> index(example.label())).toArray();
  }

  /**
   * Refuses classes that are none of this task's.
   *
   * @param complaint what is wrong with such a class, and the way out
   * @throws WeftException naming the place of the first example of one
   */
  public void requireAll(List<TextExample> examples, String complaint) {
    examples.stream()
        .filter(example -> find(example.label()).isEmpty())
        .findFirst()
        .ifPresent(
            example -> {
              // Not quoted: where the wrong column is named, a class is a patient's sentence.
              throw new WeftException(
                  Problem.EMPTY_CLASS, Text.format("%s: its class %s", example.place(), complaint));
            });
  }
}
