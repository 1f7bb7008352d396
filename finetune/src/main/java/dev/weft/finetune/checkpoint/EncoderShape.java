package dev.weft.finetune.checkpoint;

/**
 * The dimensions of a BERT-type encoder.
 *
 * @param positions longest sequence, in tokens
 * @param feedForward width of the intermediate layer
 * @param epsilon of every layer norm
 */
public record EncoderShape(
    int layers,
    int hidden,
    int heads,
    int feedForward,
    int vocabulary,
    int positions,
    double epsilon) {

  public EncoderShape {
    if (hidden % heads != 0) {
      throw new IllegalArgumentException(
          "hidden: %d is not divisible by %d heads".formatted(hidden, heads));
    }
  }
}
