package dev.weft.checkpoint;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The BERT-type encoders and what sets each apart. */
public enum EncoderFamily {
  BERT("bert.", "classifier"),
  ROBERTA("roberta.", "classifier.out_proj"),
  XLM_ROBERTA("roberta.", "classifier.out_proj");

  private final String prefix;
  private final String head;

  EncoderFamily(String prefix, String head) {
    this.prefix = prefix;
    this.head = head;
  }

  /** The family that {@code model_type} names. */
  static Optional<EncoderFamily> of(String modelType) {
    return Arrays.stream(values()).filter(family -> family.modelType().equals(modelType)).findAny();
  }

  static List<String> names() {
    return Arrays.stream(values()).map(EncoderFamily::modelType).toList();
  }

  /** {@code model_type} in {@code config.json}. */
  public String modelType() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What transformers puts before the encoder's names in a model that classifies. */
  String prefix() {
    return prefix;
  }

  /** The linear layer whose rows are classes, in a model that classifies. */
  String head() {
    return head;
  }

  /** Whether the first token takes the row of the position table after the padding token's. */
  boolean positionsAfterPadding() {
    return this != BERT;
  }
}
