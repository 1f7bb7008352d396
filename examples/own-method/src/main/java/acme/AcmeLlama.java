package acme;

import dev.weft.checkpoint.DecoderBlock;
import dev.weft.checkpoint.DecoderFamily;
import dev.weft.checkpoint.GgufDecoder;
import dev.weft.checkpoint.HuggingFaceDecoder;
import java.util.List;

/** A Llama under a name of its own. */
record AcmeLlama() implements DecoderFamily {

  @Override
  public String name() {
    return "acme-llama";
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
}
