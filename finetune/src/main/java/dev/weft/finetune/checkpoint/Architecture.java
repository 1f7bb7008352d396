package dev.weft.finetune.checkpoint;

/** What kind of network a model is, with its dimensions. */
public sealed interface Architecture {

  /** A BERT-type encoder, for classification. */
  record Encoder(EncoderShape shape) implements Architecture {}

  /** A Llama-type decoder, for language modelling. */
  record Decoder(DecoderFamily family, DecoderShape shape) implements Architecture {}
}
