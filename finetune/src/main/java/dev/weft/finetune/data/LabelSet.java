package dev.weft.finetune.data;

import dev.weft.core.Text;
import dev.weft.core.config.DataConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The classes of a task; their position is the model's output index. */
public final class LabelSet {
  /** Letters and words of a class; what has more is taken for a text. */
  private static final int LONGEST_NAME = 40;

  private static final int MOST_WORDS = 4;

  /** Of so many held-out examples not nearly each has a class of its own. */
  private static final int ENOUGH_TO_TELL = 20;

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
              "data: holds %s where a classifier needs two classes; check data.label-column",
              names.isEmpty() ? "no class" : "only the class " + Text.quoted(names.get(0))));
    }
  }

  /**
   * The classes that a run agrees on before anybody trains: those of {@code data.classes}, else the
   * labels of the held-out examples where a file of their own holds some of them. Empty where no
   * key names either.
   *
   * @param test those of {@code data.test-source}, or what is held out in its place
   * @param publicExamples those of {@code data.public-source}, likewise
   * @throws WeftException if these are fewer than two, a held-out example has another one, or
   *     nearly each has one of its own
   */
  public static Optional<LabelSet> agreed(
      DataConfig config, List<TextExample> test, List<TextExample> publicExamples) {
    if (config.classes().isPresent()) {
      LabelSet named = new LabelSet(config.classes().orElseThrow());
      named.requireAgreed(test);
      named.requireAgreed(publicExamples);
      return Optional.of(named);
    }
    return config.testSource().isPresent() || config.publicSource().isPresent()
        ? Optional.of(found(Stream.concat(test.stream(), publicExamples.stream()).toList()))
        : Optional.empty();
  }

  /** A column of texts would make every example's a class, and tell it to all sites. */
  private static LabelSet found(List<TextExample> heldOut) {
    LabelSet labels = of(heldOut);
    if (heldOut.size() >= ENOUGH_TO_TELL && 4 * labels.size() > 3 * heldOut.size()) {
      throw new WeftException(
          Problem.BAD_DATA,
          Text.format(
              "data.label-column: holds %d classes in %d held-out examples, as a column of texts"
                  + " does; name the column of the class, or name the classes in data.classes",
              labels.size(), heldOut.size()));
    }
    return labels;
  }

  /**
   * The classes that occur in {@code examples}, in the order of their UTF-16 code units, the same
   * in every locale.
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
   * Refuses examples of a class that was not agreed on. The class is named where it looks like one
   * and most examples have one that was: elsewhere the column may be the wrong one, and hold a
   * patient's sentence.
   *
   * @throws WeftException naming the place of the first such example
   */
  public void requireAgreed(List<TextExample> examples) {
    List<TextExample> others =
        examples.stream().filter(example -> find(example.label()).isEmpty()).toList();
    if (others.isEmpty()) {
      return;
    }
    TextExample first = others.get(0);
    throw new WeftException(
        Problem.BAD_DATA,
        2 * others.size() < examples.size() && isName(first.label())
            ? Text.format(
                "%s: the class %s is none of the %d of this run; correct it, or have data.classes"
                    + " name it",
                first.place(), Text.quoted(first.label()), size())
            : Text.format(
                "%s: its class is none of the %d of this run, as with %d of %d examples; check"
                    + " data.label-column, or have data.classes name every class",
                first.place(), size(), others.size(), examples.size()));
  }

  private static boolean isName(String label) {
    return label.length() <= LONGEST_NAME && label.split("\\s+", -1).length <= MOST_WORDS;
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
