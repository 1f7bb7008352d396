package dev.weft.checkpoint;

import dev.weft.checkpoint.DecoderBlock.Norms;
import dev.weft.checkpoint.DecoderBlock.QueryKeyNorm;
import java.util.List;

/**
 * OLMo 2 ("2 OLMo 2 Furious", 2024): norms what leaves attention and feed-forward, not what enters
 * them, and the queries and keys of all heads together.
 */
record Olmo2Decoder() implements DecoderFamily {
  @Override
  public String name() {
    return "olmo2";
  }

  @Override
  public List<DecoderBlock> blocks(HuggingFaceDecoder config) {
    config.requireActivation("hidden_act", "silu");
    return variant(config.block()).times(config.layers());
  }

  @Override
  public List<DecoderBlock> blocks(GgufDecoder file) {
    return file.windowedEverywhere(variant(file.block()));
  }

  private DecoderBlock variant(DecoderBlock block) {
    return block.withNorms(norms()).withQueryKeyNorm(QueryKeyNorm.TOKEN);
  }

  @Override
  public Norms norms() {
    return Norms.AFTER;
  }
}
