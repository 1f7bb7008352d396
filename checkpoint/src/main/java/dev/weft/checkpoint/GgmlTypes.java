package dev.weft.checkpoint;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The numbers of tensor types in GGUF files (enum {@code ggml_type} of ggml.h). */
final class GgmlTypes {
  private static final Map<Integer, ElementType> BY_NUMBER =
      Map.ofEntries(
          entry(0, ElementType.F32),
          entry(1, ElementType.F16),
          entry(2, ElementType.Q4_0),
          entry(3, ElementType.Q4_1),
          entry(6, ElementType.Q5_0),
          entry(7, ElementType.Q5_1),
          entry(8, ElementType.Q8_0),
          entry(10, ElementType.Q2_K),
          entry(11, ElementType.Q3_K),
          entry(12, ElementType.Q4_K),
          entry(13, ElementType.Q5_K),
          entry(14, ElementType.Q6_K),
          entry(20, ElementType.IQ4_NL),
          entry(24, ElementType.I8),
          entry(25, ElementType.I16),
          entry(26, ElementType.I32),
          entry(27, ElementType.I64),
          entry(28, ElementType.F64),
          entry(30, ElementType.BF16),
          entry(39, ElementType.MXFP4));

  private GgmlTypes() {}

  static Optional<ElementType> type(int number) {
    return Optional.ofNullable(BY_NUMBER.get(number));
  }

  /**
   * @throws IllegalArgumentException if GGUF has no such type
   */
  static int number(ElementType type) {
    return BY_NUMBER.entrySet().stream()
        .filter(entry -> entry.getValue() == type)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("GGUF has no type " + type))
        .getKey();
  }

  /** All that can be read, for messages. */
  static String names() {
    return new TreeSet<>(BY_NUMBER.values()).toString();
  }
}
