/** A frozen BERT-type encoder: its quantized weights, forward pass and backward pass. */
package dev.weft.finetune.encoder;
