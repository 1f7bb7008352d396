package dev.weft.finetune;

import dev.weft.checkpoint.Checkpoint;
import dev.weft.checkpoint.ElementType;
import dev.weft.checkpoint.GgufWriter;
import dev.weft.checkpoint.RawTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * tiny-gemma3 as llama.cpp would have it: names of its own, and one added to the gains of norms.
 */
final class Gemma3Gguf {
  private static final int LAYERS = 4;
  private static final int VOCABULARY = 40;
  private static final double HEAD_WIDTH = 8;
  private static final double QUERY_SCALAR = 11;

  /** By the name that GGUF gives it, what of a block Hugging Face calls how. */
  private static final Map<String, String> BLOCK =
      Map.ofEntries(
          Map.entry("attn_norm", "input_layernorm"),
          Map.entry("post_attention_norm", "post_attention_layernorm"),
          Map.entry("ffn_norm", "pre_feedforward_layernorm"),
          Map.entry("post_ffw_norm", "post_feedforward_layernorm"),
          Map.entry("attn_q", "self_attn.q_proj"),
          Map.entry("attn_k", "self_attn.k_proj"),
          Map.entry("attn_v", "self_attn.v_proj"),
          Map.entry("attn_q_norm", "self_attn.q_norm"),
          Map.entry("attn_k_norm", "self_attn.k_norm"),
          Map.entry("attn_output", "self_attn.o_proj"),
          Map.entry("ffn_gate", "mlp.gate_proj"),
          Map.entry("ffn_up", "mlp.up_proj"),
          Map.entry("ffn_down", "mlp.down_proj"));

  private Gemma3Gguf() {}

  static void write(Path folder, Path file) {
    List<RawTensor> tensors = HuggingFaceAsGguf.tensors(folder, LAYERS, BLOCK, Gemma3Gguf::stored);
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", "gemma3");
    metadata.put("general.name", "tiny-gemma3");
    metadata.put("gemma3.block_count", LAYERS);
    metadata.put("gemma3.context_length", 64);
    metadata.put("gemma3.embedding_length", 16);
    metadata.put("gemma3.feed_forward_length", 24);
    metadata.put("gemma3.attention.head_count", 4);
    metadata.put("gemma3.attention.head_count_kv", 2);
    metadata.put("gemma3.attention.key_length", (int) HEAD_WIDTH);
    metadata.put("gemma3.attention.value_length", (int) HEAD_WIDTH);
    metadata.put("gemma3.attention.layer_norm_rms_epsilon", 1e-6f);
    metadata.put("gemma3.attention.sliding_window", 4);
    metadata.put("gemma3.attention.sliding_window_pattern", 2);
    metadata.put("gemma3.rope.freq_base", 2000f);
    metadata.put("gemma3.rope.freq_base_swa", 50f);
    metadata.put("gemma3.rope.scaling.type", "linear");
    metadata.put("gemma3.rope.scaling.factor", 8f);
    metadata.put("tokenizer.ggml.model", "llama");
    metadata.put(
        "tokenizer.ggml.tokens",
        IntStream.range(0, VOCABULARY).mapToObj(token -> "w" + token).toList());
    metadata.put("tokenizer.ggml.scores", Collections.nCopies(VOCABULARY, 0f));
    metadata.put("tokenizer.ggml.token_type", Collections.nCopies(VOCABULARY, 1));
    metadata.put("tokenizer.ggml.bos_token_id", 2);
    metadata.put("tokenizer.ggml.eos_token_id", 1);
    GgufWriter.write(file, metadata, tensors);
  }

  /**
   * The gain of a norm with one added; that of queries makes up for the scale of scores, which in a
   * GGUF file follows from the width of a head.
   */
  private static RawTensor stored(Checkpoint weights, String name, String gguf) {
    RawTensor tensor = weights.find(name).orElseThrow();
    if (!gguf.endsWith("norm.weight")) {
      return new RawTensor(gguf, ElementType.F32, tensor.shape(), tensor.bytes());
    }
    double factor = gguf.contains("attn_q_norm") ? Math.sqrt(HEAD_WIDTH / QUERY_SCALAR) : 1;
    FloatBuffer gains = tensor.bytes().asFloatBuffer();
    ByteBuffer sums =
        ByteBuffer.allocate(Float.BYTES * gains.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    while (gains.hasRemaining()) {
      sums.putFloat((float) (factor * (1.0 + gains.get())));
    }
    return new RawTensor(gguf, ElementType.F32, tensor.shape(), sums.flip());
  }
}
