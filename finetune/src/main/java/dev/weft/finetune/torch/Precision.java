package dev.weft.finetune.torch;

/** What large products are computed in; everything else is float32. */
public enum Precision {
  FLOAT32,
  /** bfloat16 weights and products with float32 sums, residual stream, adapters and losses. */
  BFLOAT16
}
