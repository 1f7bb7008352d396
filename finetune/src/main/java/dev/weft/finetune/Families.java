package dev.weft.finetune;

import dev.weft.checkpoint.Architecture;
import dev.weft.finetune.transformer.BertFamily;
import dev.weft.finetune.transformer.Family;
import dev.weft.finetune.transformer.LlamaFamily;

/** Which family computes which architecture. */
final class Families {
  private Families() {}

  static Family of(Architecture architecture) {
    if (architecture instanceof Architecture.Encoder encoder) {
      return new BertFamily(encoder.shape());
    }
    return new LlamaFamily(((Architecture.Decoder) architecture).shape());
  }
}
