package dev.weft.checkpoint;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How GGUF files name the arrays of a Llama-type decoder (quantization.md F3). */
final class GgufNames {
  private static final Map<String, String> OUTSIDE =
      Map.of(
          "token_embd", "model.embed_tokens",
          "output_norm", "model.norm",
          "output", "lm_head");

  private static final Map<String, String> INSIDE =
      Map.ofEntries(
          Map.entry("attn_q", "self_attn.q_proj"),
          Map.entry("attn_k", "self_attn.k_proj"),
          Map.entry("attn_v", "self_attn.v_proj"),
          Map.entry("attn_output", "self_attn.o_proj"),
          Map.entry("attn_q_norm", "self_attn.q_norm"),
          Map.entry("attn_k_norm", "self_attn.k_norm"),
          Map.entry("ffn_gate", "mlp.gate_proj"),
          Map.entry("ffn_up", "mlp.up_proj"),
          Map.entry("ffn_down", "mlp.down_proj"));

  /** Norms, in the order of {@link DecoderBlock.Norms#names}. */
  private static final List<String> NORMS =
      List.of("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm");

  private static final Map<String, String> INSIDE_GGUF =
      INSIDE.entrySet().stream()
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

  private static final Pattern GGUF_BLOCK = Pattern.compile("blk\\.(\\d{1,4})\\.(\\w+)");
  private static final Pattern LAYER = Pattern.compile("model\\.layers\\.(\\d{1,4})\\.(.+)");

  private GgufNames() {}

  /**
   * {@code blk.0.attn_q.weight} as {@code model.layers.0.self_attn.q_proj.weight}.
   *
   * @param norms where the model norms
   */
  static Optional<String> toHuggingFace(String gguf, DecoderBlock.Norms norms) {
    int dot = gguf.lastIndexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    String base = gguf.substring(0, dot);
    Matcher block = GGUF_BLOCK.matcher(base);
    Optional<String> name =
        block.matches()
            ? inside(block.group(2), norms)
                .map(inside -> "model.layers." + block.group(1) + "." + inside)
            : Optional.ofNullable(OUTSIDE.get(base));
    return name.map(found -> found + gguf.substring(dot));
  }

  private static Optional<String> inside(String gguf, DecoderBlock.Norms norms) {
    int norm = NORMS.indexOf(gguf);
    return norm < 0
        ? Optional.ofNullable(INSIDE.get(gguf))
        : Optional.of(norms.names().get(norm)).filter(name -> !name.isEmpty());
  }

  /** {@code model.layers.0.self_attn.q_proj} as {@code blk.0.attn_q}. */
  static Optional<String> linearToGguf(String huggingFace) {
    Matcher layer = LAYER.matcher(huggingFace);
    return layer.matches()
        ? Optional.ofNullable(INSIDE_GGUF.get(layer.group(2)))
            .map(inside -> "blk." + layer.group(1) + "." + inside)
        : Optional.empty();
  }
}
