package dev.weft.checkpoint;

import java.util.List;

/** Mistral: a Llama whose window is that of every layer. */
record MistralDecoder() implements DecoderFamily {
  @Override
  public String name() {
    return "mistral";
  }

  @Override
  public List<DecoderBlock> blocks(HuggingFaceDecoder config) {
    config.requireActivation("hidden_act", "silu");
    return config.block().withWindow(config.windows().window()).times(config.layers());
  }

  @Override
  public List<DecoderBlock> blocks(GgufDecoder file) {
    return file.windowedEverywhere(file.block());
  }

  @Override
  public String ggufArchitecture() {
    return "llama";
  }

  @Override
  public boolean rowsPermutedInGguf() {
    return true;
  }
}
