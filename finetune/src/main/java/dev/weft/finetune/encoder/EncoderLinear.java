package dev.weft.finetune.encoder;

import dev.weft.finetune.checkpoint.EncoderShape;
import java.util.List;

/** The linear layers of one encoder layer. */
public enum EncoderLinear {
  QUERY("attention.self.query"),
  KEY("attention.self.key"),
  VALUE("attention.self.value"),
  ATTENTION_OUTPUT("attention.output.dense"),
  INTERMEDIATE("intermediate.dense"),
  OUTPUT("output.dense");

  /** As kernels list them. */
  static final List<EncoderLinear> IN_ORDER = List.of(values());

  private final String path;

  EncoderLinear(String path) {
    this.path = path;
  }

  /** Name below {@code encoder.layer.N}, as in Hugging Face checkpoints. */
  public String path() {
    return path;
  }

  public int out(EncoderShape shape) {
    return this == INTERMEDIATE ? shape.feedForward() : shape.hidden();
  }

  public int in(EncoderShape shape) {
    return this == OUTPUT ? shape.feedForward() : shape.hidden();
  }
}
