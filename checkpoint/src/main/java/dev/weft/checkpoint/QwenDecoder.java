package dev.weft.checkpoint;

import java.util.List;

/**
 * Qwen2, whose queries, keys and values have a bias and to which Qwen 1.5 and 2.5 belong, and
 * Qwen3, whose query and key heads are normed in its place. A window has to be switched on and then
 * begins at a layer or is that of the layers listed.
 */
record QwenDecoder(String name) implements DecoderFamily {
  private static final String SLIDES = "use_sliding_window";

  @Override
  public List<DecoderBlock> blocks(HuggingFaceDecoder config) {
    config.requireActivation("hidden_act", "silu");
    DecoderBlock block = variant(config.block());
    return windows(config).stream().map(block::withWindow).toList();
  }

  private static List<Integer> windows(HuggingFaceDecoder config) {
    boolean slides = config.file().flag(SLIDES, false);
    SlidingWindows windows = config.windows();
    return windows.areListed()
        ? windows.listed(slides)
        : windows.from(
            slides
                ? config.file().whole("max_window_layers", 28, 0, Integer.MAX_VALUE)
                : config.layers());
  }

  @Override
  public List<DecoderBlock> blocks(GgufDecoder file) {
    return file.windowedEverywhere(variant(file.block()));
  }

  private DecoderBlock variant(DecoderBlock block) {
    return isThird()
        ? block.withQueryKeyNorm(DecoderBlock.QueryKeyNorm.HEAD)
        : block.withQueryKeyValueBias();
  }

  @Override
  public int defaultHeadWidth(int hidden, int heads) {
    return isThird() ? 128 : hidden / heads;
  }

  private boolean isThird() {
    return name.equals("qwen3");
  }
}
