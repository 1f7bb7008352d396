package dev.weft.finetune;

/**
 * What one training is as large as.
 *
 * @param batch examples of a step in one lane
 * @param lanes trainings side by side
 * @param adapterBytes values, gradients and moments of all lanes' adapters
 */
public record TrainingSize(int batch, int lanes, long adapterBytes) {

  /** Of a value in float32: itself, its reference, its gradient and two moments. */
  private static final long COPIES = 5;

  /**
   * @param adapterValues of one adapter
   */
  public static TrainingSize of(int batch, int lanes, long adapterValues) {
    return new TrainingSize(batch, lanes, COPIES * Float.BYTES * adapterValues * lanes);
  }
}
