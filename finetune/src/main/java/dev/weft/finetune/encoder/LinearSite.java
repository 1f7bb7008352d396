package dev.weft.finetune.encoder;

/**
 * One linear layer of the model.
 *
 * @param layer index of the encoder layer, from 0
 */
public record LinearSite(int layer, EncoderLinear linear) {

  /** Checkpoint name without ".weight". */
  public String name() {
    return "encoder.layer." + layer + "." + linear.path();
  }
}
