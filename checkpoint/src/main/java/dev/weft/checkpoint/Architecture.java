package dev.weft.checkpoint;

import dev.weft.core.peft.PeftBase;

/** What kind of network a model is, with its dimensions. */
public sealed interface Architecture {

  ModelFamily family();

  /** Rows of the table of token embeddings. */
  int vocabulary();

  /**
   * The model as PEFT names its layers.
   *
   * @param name where it is found
   */
  PeftBase peft(String name);

  /** A BERT-type encoder, for classification. */
  record Encoder(EncoderFamily family, EncoderShape shape) implements Architecture {
    @Override
    public int vocabulary() {
      return shape.vocabulary();
    }

    @Override
    public PeftBase peft(String name) {
      return new PeftBase(name, family.prefix(), family.head());
    }
  }

  /** A Llama-type decoder, for language modelling. */
  record Decoder(DecoderFamily family, DecoderShape shape) implements Architecture {
    @Override
    public int vocabulary() {
      return shape.vocabulary();
    }

    @Override
    public PeftBase peft(String name) {
      return new PeftBase(name, "", "score");
    }
  }
}
