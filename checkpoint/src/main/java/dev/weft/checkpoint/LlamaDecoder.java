package dev.weft.checkpoint;

import java.util.List;

/** Llama 1 to 3, SmolLM, TinyLlama and all who kept the name. */
record LlamaDecoder() implements DecoderFamily {
  @Override
  public String name() {
    return "llama";
  }

  @Override
  public List<DecoderBlock> blocks(HuggingFaceDecoder config) {
    config.requireActivation("hidden_act", "silu");
    return config.block().times(config.layers());
  }

  @Override
  public List<DecoderBlock> blocks(GgufDecoder file) {
    return file.windowedEverywhere(file.block());
  }

  @Override
  public boolean rowsPermutedInGguf() {
    return true;
  }
}
