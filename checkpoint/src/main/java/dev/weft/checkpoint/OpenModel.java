package dev.weft.checkpoint;

import java.util.Optional;

/**
 * A model whose files are found, read as far as their descriptions and checked against each other.
 *
 * @param name for people
 * @param weights under Hugging Face names: {@code model.layers.0.self_attn.q_proj.weight}, {@code
 *     encoder.layer.0.attention.self.query.weight}; linear weights {@code [out, in]}
 * @param quantization {@code quantization_config} of the model's configuration; GGUF files say it
 *     array by array
 */
public record OpenModel(
    String name,
    Architecture architecture,
    Checkpoint weights,
    Optional<JsonFile> quantization,
    TokenizerSource tokenizer) {}
