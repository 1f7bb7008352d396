package dev.weft.finetune.transformer;

import dev.weft.checkpoint.Checkpoint;
import dev.weft.checkpoint.DecoderBlock;
import dev.weft.checkpoint.DecoderBlock.Activation;
import dev.weft.checkpoint.DecoderBlock.Norms;
import dev.weft.checkpoint.DecoderBlock.QueryKeyNorm;
import dev.weft.checkpoint.DecoderShape;
import dev.weft.checkpoint.ElementType;
import dev.weft.checkpoint.EncoderShape;
import dev.weft.checkpoint.RawTensor;
import dev.weft.checkpoint.Rope;
import dev.weft.checkpoint.quantization.QuantScheme;
import dev.weft.checkpoint.quantization.QuantizedCheckpoint;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import dev.weft.text.TokenizedSet;
import dev.weft.text.TokenizedSets;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A checkpoint of random weights, small enough for finite differences. Each constant has the
 * variants of the model it is called after.
 */
public final class TinyModel implements Checkpoint {
  public static final int CLASSES = 3;

  private static final int VOCABULARY = 20;
  private static final int POSITIONS = 16;

  /** Larger arrays repeat themselves. */
  private static final int MOST_DRAWN = 1 << 16;

  public static final TinyModel BERT =
      new TinyModel("bert", new BertFamily(new EncoderShape(2, 8, 2, 12, 20, 16, 1e-12)));

  /** One token type, and positions that start after the padding token's. */
  public static final TinyModel ROBERTA =
      new TinyModel("roberta", new BertFamily(new EncoderShape(2, 8, 2, 12, 20, 16, 1e-5, 1, 2)));

  /** Two query heads share a key-value head; tied. */
  public static final TinyModel LLAMA = decoder("llama", 4, 2, llama(Rope.plain(100, 4)).times(2));

  /** Biases, a head per key-value head, an output layer of its own. */
  public static final TinyModel QWEN2 =
      new TinyModel(
          "qwen2",
          family(4, 4, false, 0, 1, llama(Rope.plain(100, 4)).withQueryKeyValueBias().times(2)));

  /** Query and key norms, and cosines that YaRN stretches. */
  public static final TinyModel QWEN3 =
      decoder(
          "qwen3",
          4,
          2,
          llama(new Rope(List.of(1.0, 0.3), 1.2)).withQueryKeyNorm(QueryKeyNorm.HEAD).times(2));

  /** One key-value head, wider heads, GELU, gains counted from 1, scaled embeddings. */
  public static final TinyModel GEMMA =
      new TinyModel(
          "gemma",
          family(
              2,
              1,
              true,
              1,
              2.5,
              llama(Rope.plain(100, 6)).withActivation(Activation.GELU_TANH).times(2)));

  /** The lower layer sees three tokens back, the upper one all. */
  public static final TinyModel MISTRAL =
      decoder(
          "mistral",
          4,
          2,
          List.of(llama(Rope.plain(100, 4)).withWindow(3), llama(Rope.plain(100, 4))));

  /** Two kinds of blocks, with a rope and a window each; four norms, and a scale of its own. */
  public static final TinyModel GEMMA3 =
      new TinyModel(
          "gemma3",
          family(
              2,
              1,
              true,
              1,
              2.5,
              Stream.of(
                      llama(Rope.plain(10, 6)).withWindow(3), llama(Rope.plain(1000, 6).linear(8)))
                  .map(
                      block ->
                          block
                              .withActivation(Activation.GELU_TANH)
                              .withAttentionScale(0.7)
                              .withNorms(Norms.AROUND)
                              .withQueryKeyNorm(QueryKeyNorm.HEAD))
                  .toList()));

  /** Norms only of what leaves attention and feed-forward; queries and keys normed as a whole. */
  public static final TinyModel OLMO2 =
      decoder(
          "olmo2",
          4,
          2,
          llama(Rope.plain(100, 4))
              .withNorms(Norms.AFTER)
              .withQueryKeyNorm(QueryKeyNorm.TOKEN)
              .times(2));

  private final String name;
  private final Family family;
  private final Map<String, RawTensor> tensors = new LinkedHashMap<>();

  /** Random weights for any family. */
  public TinyModel(String name, Family family) {
    this.name = name;
    this.family = family;
    SeededRandom random = new Seed(1).of(name).random();
    table(random, family.tokenTable());
    family.outside().forEach(parameter -> parameter(random, parameter));
    for (int layer = 0; layer < family.layers(); layer++) {
      for (LinearSite site : family.linears(layer)) {
        double spread = 1 / Math.sqrt(site.in());
        add(random, site.name() + ".weight", 0, spread, List.of(site.out(), site.in()));
      }
      family.vectors(layer).forEach(parameter -> parameter(random, parameter));
    }
    family.language().ifPresent(language -> table(random, language.outputTable()));
  }

  private static DecoderBlock llama(Rope rope) {
    return DecoderBlock.llama(POSITIONS, rope);
  }

  /** Tied, like a Llama around its blocks. */
  private static TinyModel decoder(
      String name, int heads, int keyValueHeads, List<DecoderBlock> blocks) {
    return new TinyModel(name, family(heads, keyValueHeads, true, 0, 1, blocks));
  }

  private static LlamaFamily family(
      int heads,
      int keyValueHeads,
      boolean tied,
      double normOffset,
      double embeddingScale,
      List<DecoderBlock> blocks) {
    int headWidth = blocks.get(0).rope().headWidth();
    return new LlamaFamily(
        new DecoderShape(
            10,
            heads,
            keyValueHeads,
            headWidth,
            12,
            VOCABULARY,
            POSITIONS,
            1e-5,
            tied,
            normOffset,
            embeddingScale,
            blocks));
  }

  public static Stream<TinyModel> all() {
    return Stream.concat(encoders(), decoders());
  }

  public static Stream<TinyModel> encoders() {
    return Stream.of(BERT, ROBERTA);
  }

  public static Stream<TinyModel> decoders() {
    return Stream.of(LLAMA, QWEN2, QWEN3, GEMMA, MISTRAL, GEMMA3, OLMO2);
  }

  public Family family() {
    return family;
  }

  public boolean isDecoder() {
    return family.language().isPresent();
  }

  /** All linear layers, in model order. */
  public List<LinearSite> sites() {
    return Stream.iterate(0, layer -> layer < family.layers(), layer -> layer + 1)
        .flatMap(layer -> family.linears(layer).stream())
        .toList();
  }

  /** An adapter on every linear layer, and over an encoder a head; every value of it random. */
  public Adapter randomAdapter(AdapterForm form, long seed) {
    SeededRandom random = new Seed(seed).random();
    Adapter zeros = Adapter.zeros(form, target());
    return zeros.with(
        zeros
            .tensors()
            .map(
                (tensorName, tensor) -> {
                  float[] values = new float[tensor.size()];
                  for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (0.3 * random.nextGaussian());
                  }
                  return Tensor.of(values, tensor.shapeArray());
                }));
  }

  private AdapterTarget target() {
    return new AdapterTarget(
        sites().stream()
            .map(site -> new AdapterTarget.Layer(site.name(), site.out(), site.in()))
            .toList(),
        isDecoder()
            ? Optional.empty()
            : Optional.of(new AdapterTarget.Head(CLASSES, family.hidden())));
  }

  /** Random examples of the model's task, of 2 to {@code longest} tokens. */
  public TokenizedSet examples(int number, int longest, long seed) {
    return isDecoder()
        ? TokenizedSets.texts(number, longest, family.vocabulary(), seed)
        : TokenizedSets.random(number, longest, family.vocabulary(), CLASSES, seed);
  }

  /** These weights, linear layers put into a format. */
  public ModelWeights weights(QuantScheme format) {
    return new CheckpointWeights(QuantizedCheckpoint.of(this, Optional.empty()), format);
  }

  /** An array as the checkpoint has it. */
  public Tensor tensor(String tensorName) {
    RawTensor stored = tensors.get(tensorName);
    float[] values = new float[Math.toIntExact(stored.elements())];
    stored.bytes().asFloatBuffer().get(values);
    return Tensor.of(values, stored.shape().stream().mapToInt(Integer::intValue).toArray());
  }

  @Override
  public String source() {
    return toString();
  }

  @Override
  public List<String> names() {
    return List.copyOf(tensors.keySet());
  }

  @Override
  public Optional<RawTensor> find(String tensorName) {
    return Optional.ofNullable(tensors.get(tensorName));
  }

  @Override
  public String toString() {
    return "tiny " + name;
  }

  private void table(SeededRandom random, String tensorName) {
    if (!tensors.containsKey(tensorName)) {
      add(random, tensorName, 0, 0.7, List.of(family.vocabulary(), family.hidden()));
    }
  }

  /** Gains lie around 1 when their offset is added; all else lies around 0. */
  private void parameter(SeededRandom random, Family.Parameter parameter) {
    if (parameter.name().isEmpty()) {
      return;
    }
    boolean gain = parameter.shape().size() == 1 && parameter.name().endsWith("weight");
    add(random, parameter.name(), gain ? 1 - parameter.offset() : 0, 0.3, parameter.shape());
  }

  private void add(
      SeededRandom random, String tensorName, double mean, double spread, List<Integer> shape) {
    int elements = shape.stream().reduce(1, Math::multiplyExact);
    float[] drawn = new float[Math.min(elements, MOST_DRAWN)];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = (float) (mean + spread * random.nextGaussian());
    }
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Float.BYTES * elements).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      bytes.putFloat(drawn[i % drawn.length]);
    }
    tensors.put(tensorName, new RawTensor(tensorName, ElementType.F32, shape, bytes.flip()));
  }
}
