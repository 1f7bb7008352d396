package dev.weft.finetune.transformer;

import dev.weft.finetune.checkpoint.DecoderShape;
import dev.weft.finetune.checkpoint.Rope;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Llama-type decoders: Llama, Mistral, SmolLM2, TinyLlama, Qwen2, Qwen3, Gemma (Touvron et al.,
 * "LLaMA", 2023).
 */
public record LlamaFamily(DecoderShape shape) implements LanguageFamily {
  private static final String BLOCKS = "model.layers.";
  private static final String OUTPUT = "lm_head.weight";
  private static final String NORM = "model.norm.weight";

  @Override
  public int layers() {
    return shape.layers();
  }

  @Override
  public int hidden() {
    return shape.hidden();
  }

  @Override
  public int vocabulary() {
    return shape.vocabulary();
  }

  @Override
  public int positions() {
    return shape.positions();
  }

  @Override
  public List<LinearSite> linears(int layer) {
    int hidden = shape.hidden();
    int wide = shape.feedForward();
    return List.of(
        site(layer, "self_attn.q_proj", queries(), hidden),
        site(layer, "self_attn.k_proj", keys(), hidden),
        site(layer, "self_attn.v_proj", keys(), hidden),
        site(layer, "self_attn.o_proj", hidden, queries()),
        site(layer, "mlp.gate_proj", wide, hidden),
        site(layer, "mlp.up_proj", wide, hidden),
        site(layer, "mlp.down_proj", hidden, wide));
  }

  @Override
  public List<Parameter> vectors(int layer) {
    String prefix = prefix(layer);
    return List.of(
        norm(prefix + "input_layernorm.weight", shape.hidden()),
        norm(prefix + "post_attention_layernorm.weight", shape.hidden()),
        bias(prefix + "self_attn.q_proj.bias", queries()),
        bias(prefix + "self_attn.k_proj.bias", keys()),
        bias(prefix + "self_attn.v_proj.bias", keys()),
        headNorm(prefix + "self_attn.q_norm.weight"),
        headNorm(prefix + "self_attn.k_norm.weight"));
  }

  @Override
  public List<Parameter> outside() {
    return List.of(norm(NORM, shape.hidden()));
  }

  @Override
  public List<String> trunk() {
    return List.of("model.", "lm_head.");
  }

  @Override
  public String blocks() {
    return BLOCKS;
  }

  @Override
  public String tokenTable() {
    return "model.embed_tokens.weight";
  }

  @Override
  public Optional<LanguageFamily> language() {
    return Optional.of(this);
  }

  @Override
  public String outputTable() {
    return shape.tied() ? tokenTable() : OUTPUT;
  }

  @Override
  public String copyOfTokens() {
    return OUTPUT;
  }

  @Override
  public int outputNorm() {
    return 0;
  }

  @Override
  public int keyValueHeads() {
    return shape.keyValueHeads();
  }

  @Override
  public int headWidth() {
    return shape.headWidth();
  }

  @Override
  public String kernel() {
    return "llama";
  }

  @Override
  public long[] sizes() {
    return new long[] {
      shape.heads(),
      shape.keyValueHeads(),
      shape.headWidth(),
      shape.activation() == DecoderShape.Activation.GELU_TANH ? 1 : 0
    };
  }

  @Override
  public double epsilon() {
    return shape.epsilon();
  }

  @Override
  public long savedPerToken(int length) {
    long normed = shape.queryKeyNorm() ? queries() + keys() : 0;
    return 2L * shape.hidden()
        + 2L * queries()
        + 2L * keys()
        + normed
        + (long) shape.heads() * length
        + 2L * shape.feedForward();
  }

  /**
   * Cosine and sine [length, width / 2] and the mask [length, past + length] of a token's window.
   * Padding needs no mask: it comes after all tokens of its example, and no token looks ahead.
   */
  @Override
  public BlockContexts context(Arena arena, TokenBatch batch) {
    return context(arena, 0, batch.length());
  }

  @Override
  public BlockContexts context(Arena arena, int past, int length) {
    Rope rope = shape.rope();
    int pairs = rope.inverseFrequencies().size();
    float[] cosine = new float[length * pairs];
    float[] sine = new float[length * pairs];
    for (int position = 0; position < length; position++) {
      for (int pair = 0; pair < pairs; pair++) {
        double angle = (past + position) * rope.inverseFrequencies().get(pair);
        cosine[position * pairs + pair] = (float) (Math.cos(angle) * rope.attentionFactor());
        sine[position * pairs + pair] = (float) (Math.sin(angle) * rope.attentionFactor());
      }
    }
    NativeArray cosines = arena.floats(cosine, length, pairs);
    NativeArray sines = arena.floats(sine, length, pairs);
    Map<Integer, List<NativeArray>> byWindow = new HashMap<>();
    return new BlockContexts(
        shape.windows().stream()
            .map(
                window ->
                    byWindow.computeIfAbsent(
                        Math.min(window, past + length),
                        seen -> List.of(cosines, sines, mask(arena, past, length, seen))))
            .toList());
  }

  /** 0 for the {@code window} tokens that end with a token itself, minus infinity for others. */
  private static NativeArray mask(Arena arena, int past, int length, int window) {
    int keys = past + length;
    float[] mask = new float[length * keys];
    Arrays.fill(mask, Float.NEGATIVE_INFINITY);
    for (int position = 0; position < length; position++) {
      int next = past + position + 1;
      Arrays.fill(mask, position * keys + Math.max(0, next - window), position * keys + next, 0);
    }
    return arena.floats(mask, length, keys);
  }

  @Override
  public NativeArray embed(
      Arena arena, Kernels kernels, NativeArray words, int length, List<NativeArray> outside) {
    return shape.embeddingScale() == 1
        ? words
        : kernels.callOne(arena, "scale_embeddings", words, shape.embeddingScale());
  }

  private int queries() {
    return shape.heads() * shape.headWidth();
  }

  private int keys() {
    return shape.keyValueHeads() * shape.headWidth();
  }

  private Parameter norm(String name, int size) {
    return new Parameter(name, List.of(size), shape.normOffset());
  }

  private Parameter bias(String name, int size) {
    return shape.queryKeyValueBias() ? Parameter.of(name, size) : Parameter.none();
  }

  private Parameter headNorm(String name) {
    return shape.queryKeyNorm() ? norm(name, shape.headWidth()) : Parameter.none();
  }

  private static LinearSite site(int layer, String path, int out, int in) {
    return new LinearSite(layer, prefix(layer) + path, out, in);
  }

  private static String prefix(int layer) {
    return BLOCKS + layer + ".";
  }
}
