package dev.weft.finetune.transformer;

import dev.weft.checkpoint.DecoderBlock;
import dev.weft.checkpoint.DecoderShape;
import dev.weft.checkpoint.Rope;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Llama-type decoders (Touvron et al., "LLaMA", 2023): whatever their shape can say, block by
 * block, computed by one kernel file.
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
    DecoderBlock block = shape.blocks().get(layer);
    String prefix = prefix(layer);
    List<Parameter> vectors = new ArrayList<>();
    for (String norm : block.norms().names()) {
      vectors.add(
          norm.isEmpty() ? Parameter.none() : norm(prefix + norm + ".weight", shape.hidden()));
    }
    vectors.add(bias(block, prefix + "self_attn.q_proj.bias", queries()));
    vectors.add(bias(block, prefix + "self_attn.k_proj.bias", keys()));
    vectors.add(bias(block, prefix + "self_attn.v_proj.bias", keys()));
    vectors.add(queryKeyNorm(block, prefix + "self_attn.q_norm.weight", queries()));
    vectors.add(queryKeyNorm(block, prefix + "self_attn.k_norm.weight", keys()));
    return vectors;
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
  public long[] sizes(int layer) {
    boolean gelu = shape.blocks().get(layer).activation() == DecoderBlock.Activation.GELU_TANH;
    return new long[] {shape.heads(), shape.keyValueHeads(), shape.headWidth(), gelu ? 1 : 0};
  }

  @Override
  public double[] numbers(int layer) {
    return new double[] {epsilon(), shape.blocks().get(layer).attentionScale()};
  }

  @Override
  public double epsilon() {
    return shape.epsilon();
  }

  @Override
  public long savedPerToken(int length) {
    return shape.blocks().stream()
        .distinct()
        .mapToLong(block -> savedPerToken(block, length))
        .max()
        .orElseThrow();
  }

  private long savedPerToken(DecoderBlock block, int length) {
    List<String> norms = block.norms().names();
    long normedAfter =
        List.of(norms.get(1), norms.get(3)).stream().filter(n -> !n.isEmpty()).count();
    boolean normsQueries = block.queryKeyNorm() != DecoderBlock.QueryKeyNorm.NONE;
    return (2L + normedAfter) * shape.hidden()
        + 2L * queries()
        + 2L * keys()
        + (normsQueries ? queries() + keys() : 0)
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
    Map<Rope, List<NativeArray>> turns = new HashMap<>();
    Map<Integer, NativeArray> masks = new HashMap<>();
    List<List<NativeArray>> byLayer = new ArrayList<>();
    for (DecoderBlock block : shape.blocks()) {
      List<NativeArray> turn =
          turns.computeIfAbsent(block.rope(), rope -> turns(arena, past, length, rope));
      NativeArray mask =
          masks.computeIfAbsent(
              Math.min(block.window(), past + length), seen -> mask(arena, past, length, seen));
      byLayer.add(List.of(turn.get(0), turn.get(1), mask));
    }
    return new BlockContexts(byLayer);
  }

  private static List<NativeArray> turns(Arena arena, int past, int length, Rope rope) {
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
    return List.of(arena.floats(cosine, length, pairs), arena.floats(sine, length, pairs));
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
        : kernels.llama().scaleEmbeddings(arena, words, shape.embeddingScale());
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

  private static Parameter bias(DecoderBlock block, String name, int size) {
    return block.queryKeyValueBias() ? Parameter.of(name, size) : Parameter.none();
  }

  private Parameter queryKeyNorm(DecoderBlock block, String name, int size) {
    return switch (block.queryKeyNorm()) {
      case NONE -> Parameter.none();
      case HEAD -> norm(name, shape.headWidth());
      case TOKEN -> norm(name, size);
    };
  }

  private static LinearSite site(int layer, String path, int out, int in) {
    return new LinearSite(layer, prefix(layer) + path, out, in);
  }

  private static String prefix(int layer) {
    return BLOCKS + layer + ".";
  }
}
