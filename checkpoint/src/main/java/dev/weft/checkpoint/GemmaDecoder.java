package dev.weft.checkpoint;

import dev.weft.checkpoint.DecoderBlock.Activation;
import java.util.List;

/** The first Gemma; its successors norm and attend differently. */
record GemmaDecoder() implements GemmaLineage {
  private static final String ACTIVATION = "hidden_act";

  @Override
  public String name() {
    return "gemma";
  }

  @Override
  public List<DecoderBlock> blocks(HuggingFaceDecoder config) {
    // Gemma's first configurations say gelu and mean its approximation; transformers reads so.
    if (!config.file().text(ACTIVATION, "").equals("gelu")) {
      config.requireActivation(ACTIVATION, "gelu_pytorch_tanh");
    }
    config.file().refuse("use_bidirectional_attention");
    return config.block().withActivation(Activation.GELU_TANH).times(config.layers());
  }

  @Override
  public List<DecoderBlock> blocks(GgufDecoder file) {
    return file.windowedEverywhere(file.block().withActivation(Activation.GELU_TANH));
  }
}
