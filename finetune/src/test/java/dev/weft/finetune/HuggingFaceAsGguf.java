package dev.weft.finetune;

import dev.weft.checkpoint.Checkpoint;
import dev.weft.checkpoint.ModelFiles;
import dev.weft.checkpoint.RawTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A decoder's tensors under the names that llama.cpp gives them. */
final class HuggingFaceAsGguf {
  private HuggingFaceAsGguf() {}

  /** How one tensor is stored. */
  @FunctionalInterface
  interface Storing {
    RawTensor stored(Checkpoint weights, String huggingFace, String gguf);
  }

  /**
   * @param block by the name that GGUF gives it, what of a block Hugging Face calls how
   */
  static List<RawTensor> tensors(
      Path folder, int layers, Map<String, String> block, Storing storing) {
    Checkpoint weights = ModelFiles.open(folder.toString()).weights();
    List<RawTensor> tensors = new ArrayList<>();
    tensors.add(storing.stored(weights, "model.embed_tokens.weight", "token_embd.weight"));
    tensors.add(storing.stored(weights, "model.norm.weight", "output_norm.weight"));
    for (int layer = 0; layer < layers; layer++) {
      String from = "model.layers." + layer + ".";
      String to = "blk." + layer + ".";
      block.forEach(
          (gguf, huggingFace) ->
              tensors.add(
                  storing.stored(weights, from + huggingFace + ".weight", to + gguf + ".weight")));
    }
    return tensors;
  }
}
