package dev.weft.checkpoint;

import dev.weft.core.Text;

/** The {@code config.json} of a decoder, in the words that families share. */
public record HuggingFaceDecoder(JsonFile file, DecoderFamily family) {

  /**
   * @throws IllegalArgumentException if numbers contradict each other
   */
  DecoderShape shape() {
    file.refuse("attention_bias");
    file.refuse("mlp_bias");
    int hidden = hidden();
    return new DecoderShape(
        hidden,
        heads(),
        file.count("num_key_value_heads", heads(), Limits.HEADS),
        headWidth(),
        file.count("intermediate_size", Limits.FEED_FORWARD),
        file.count("vocab_size", Limits.VOCABULARY),
        positions(),
        file.positive("rms_norm_eps", 1e-6),
        file.flag("tie_word_embeddings", family.tiedByDefault()),
        family.normOffset(),
        family.embeddingScale(hidden),
        family.blocks(this));
  }

  public int layers() {
    return file.count("num_hidden_layers", Limits.LAYERS);
  }

  public int positions() {
    return file.count("max_position_embeddings", Limits.POSITIONS);
  }

  private int hidden() {
    return file.count("hidden_size", Limits.HIDDEN);
  }

  private int heads() {
    return file.count("num_attention_heads", Limits.HEADS);
  }

  private int headWidth() {
    int otherwise = family.defaultHeadWidth(hidden(), heads());
    return file.count("head_dim", otherwise, Limits.HEAD_WIDTH);
  }

  /** A Llama's block with this model's one rope. */
  public DecoderBlock block() {
    return DecoderBlock.llama(positions(), rope().only());
  }

  /** Its rotary embeddings. */
  public HuggingFaceRope rope() {
    return new HuggingFaceRope(file, headWidth(), positions());
  }

  /** How far back its tokens see. */
  public SlidingWindows windows() {
    return new SlidingWindows(file, layers(), positions());
  }

  /** That the gate is activated so; what is left out is what the family has. */
  public void requireActivation(String key, String activation) {
    String said = file.text(key, activation);
    if (!said.equals(activation)) {
      throw file.unsupported(Text.format("%s %s", key, said), activation);
    }
  }

  /** That a number is not given. */
  public void refuseNumber(String key) {
    if (file.has(key)) {
      throw file.unsupported(Text.format("%s %s", key, file.number(key, 0)), "models without it");
    }
  }
}
