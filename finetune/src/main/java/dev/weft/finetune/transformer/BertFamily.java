package dev.weft.finetune.transformer;

import dev.weft.checkpoint.EncoderShape;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.util.List;
import java.util.Optional;

/** BERT-type encoders: BERT, RoBERTa, MiniLM (Devlin et al., "BERT", 2019). */
public record BertFamily(EncoderShape shape) implements Family {
  private static final String BLOCKS = "encoder.layer.";

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
        site(layer, "attention.self.query", hidden, hidden),
        site(layer, "attention.self.key", hidden, hidden),
        site(layer, "attention.self.value", hidden, hidden),
        site(layer, "attention.output.dense", hidden, hidden),
        site(layer, "intermediate.dense", wide, hidden),
        site(layer, "output.dense", hidden, wide));
  }

  @Override
  public List<Parameter> vectors(int layer) {
    String prefix = prefix(layer);
    int hidden = shape.hidden();
    return List.of(
        Parameter.of(prefix + "attention.self.query.bias", hidden),
        Parameter.of(prefix + "attention.self.key.bias", hidden),
        Parameter.of(prefix + "attention.self.value.bias", hidden),
        Parameter.of(prefix + "attention.output.dense.bias", hidden),
        Parameter.of(prefix + "attention.output.LayerNorm.weight", hidden),
        Parameter.of(prefix + "attention.output.LayerNorm.bias", hidden),
        Parameter.of(prefix + "intermediate.dense.bias", shape.feedForward()),
        Parameter.of(prefix + "output.dense.bias", hidden),
        Parameter.of(prefix + "output.LayerNorm.weight", hidden),
        Parameter.of(prefix + "output.LayerNorm.bias", hidden));
  }

  @Override
  public List<Parameter> outside() {
    return List.of(
        Parameter.of(
            "embeddings.position_embeddings.weight",
            shape.positionOffset() + shape.positions(),
            shape.hidden()),
        Parameter.of("embeddings.token_type_embeddings.weight", shape.tokenTypes(), shape.hidden()),
        Parameter.of("embeddings.LayerNorm.weight", shape.hidden()),
        Parameter.of("embeddings.LayerNorm.bias", shape.hidden()));
  }

  @Override
  public List<String> trunk() {
    return List.of("embeddings.", "encoder.");
  }

  @Override
  public String blocks() {
    return BLOCKS;
  }

  @Override
  public String tokenTable() {
    return "embeddings.word_embeddings.weight";
  }

  @Override
  public Optional<LanguageFamily> language() {
    return Optional.empty();
  }

  @Override
  public String kernel() {
    return "bert";
  }

  @Override
  public long[] sizes(int layer) {
    return new long[] {shape.heads()};
  }

  @Override
  public double[] numbers(int layer) {
    return new double[] {epsilon()};
  }

  @Override
  public double epsilon() {
    return shape.epsilon();
  }

  @Override
  public long savedPerToken(int length) {
    return 9L * shape.hidden() + 2L * shape.feedForward() + (long) shape.heads() * length;
  }

  /** 0 for a token, minus infinity for padding [examples, 1, 1, length]. */
  @Override
  public BlockContexts context(Arena arena, TokenBatch batch) {
    int length = batch.length();
    float[] mask = new float[batch.examples() * length];
    for (int row = 0; row < batch.examples(); row++) {
      for (int position = batch.tokens(row); position < length; position++) {
        mask[row * length + position] = Float.NEGATIVE_INFINITY;
      }
    }
    return BlockContexts.alike(
        layers(), List.of(arena.floats(mask, batch.examples(), 1, 1, length)));
  }

  @Override
  public NativeArray embed(
      Arena arena, Kernels kernels, NativeArray words, int length, List<NativeArray> outside) {
    return kernels
        .bert()
        .embed(
            arena,
            words,
            outside.get(0),
            outside.get(1),
            outside.get(2),
            outside.get(3),
            shape.positionOffset(),
            length,
            epsilon());
  }

  private LinearSite site(int layer, String path, int out, int in) {
    return new LinearSite(layer, prefix(layer) + path, out, in);
  }

  private static String prefix(int layer) {
    return BLOCKS + layer + ".";
  }
}
