package dev.weft.finetune.encoder;

import dev.weft.core.Digest;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.checkpoint.EncoderCheckpoint;
import dev.weft.finetune.checkpoint.EncoderShape;
import dev.weft.finetune.quantization.NativeMatrix;
import dev.weft.finetune.quantization.QuantScheme;
import dev.weft.finetune.quantization.StoredMatrix;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The weights of an encoder in native memory: linear layers quantized, tables, norms and biases in
 * float32. Immutable, so that any number of threads may use it at once.
 */
public final class FrozenEncoder {
  private final Kernels kernels;
  private final EncoderShape shape;
  private final List<NativeArray> embedding;
  private final List<FrozenLayer> layers;
  private final Holding holding;

  /** What one encoder layer holds; vectors are those of {@code encoder.py}. */
  private record FrozenLayer(
      Map<EncoderLinear, NativeMatrix> matrices, List<NativeArray> vectors) {}

  /**
   * What the encoder occupies.
   *
   * @param parameters number of weights
   * @param bytes held for all of them
   * @param quantizedParameters number of weights in linear layers
   * @param quantizedBytes held for linear layers
   * @param digest over exactly the held bytes
   */
  public record Holding(
      long parameters, long bytes, long quantizedParameters, long quantizedBytes, Digest digest) {}

  private FrozenEncoder(
      Kernels kernels,
      EncoderShape shape,
      List<NativeArray> embedding,
      List<FrozenLayer> layers,
      Holding holding) {
    this.kernels = kernels;
    this.shape = shape;
    this.embedding = embedding;
    this.layers = layers;
    this.holding = holding;
  }

  /**
   * Quantizes a checkpoint and moves it to native memory.
   *
   * @param owner the arena that the weights live in
   */
  public static FrozenEncoder load(
      Arena owner, Kernels kernels, EncoderCheckpoint checkpoint, QuantScheme scheme) {
    return new Loader(owner, kernels, checkpoint, scheme).load();
  }

  public EncoderShape shape() {
    return shape;
  }

  public Holding holding() {
    return holding;
  }

  /** Decoded weights of one linear layer [out, in]. */
  public NativeArray weights(Arena arena, LinearSite site) {
    return layers.get(site.layer()).matrices().get(site.linear()).decode(arena);
  }

  /**
   * The matrices of one encoder layer as {@code encoder.py} multiplies by them: query, key and
   * value in one, attention output, intermediate, output.
   */
  public List<NativeArray> weights(Arena arena, int layer, WeightChange change) {
    List<NativeArray> matrices = new ArrayList<>();
    for (EncoderLinear linear : EncoderLinear.values()) {
      LinearSite site = new LinearSite(layer, linear);
      matrices.add(change.apply(arena, site, weights(arena, site)));
    }
    NativeArray fused = kernels.callOne(arena, "fuse", matrices.subList(0, 3));
    return List.of(fused, matrices.get(3), matrices.get(4), matrices.get(5));
  }

  /** Token embeddings [tokens, hidden]. */
  NativeArray embed(Arena arena, EncoderBatch batch) {
    return kernels.callOne(arena, "embed", batch.ids(), embedding, shape.epsilon());
  }

  /** What leaves a layer [tokens, hidden]; keeps nothing else. */
  NativeArray layer(
      Arena arena, EncoderBatch batch, NativeArray x, int layer, List<NativeArray> weights) {
    return kernels.callOne(
        arena, "layer", x, batch.mask(), weights, vectors(layer), shape.heads(), shape.epsilon());
  }

  List<NativeArray> vectors(int layer) {
    return layers.get(layer).vectors();
  }

  /** Counts, digests and uploads while it walks through the checkpoint. */
  private static final class Loader {
    private final Arena owner;
    private final Kernels kernels;
    private final EncoderCheckpoint checkpoint;
    private final EncoderShape shape;
    private final QuantScheme scheme;
    private final Digest.Builder digest = Digest.builder();
    private long parameters;
    private long bytes;
    private long quantizedParameters;
    private long quantizedBytes;

    Loader(Arena owner, Kernels kernels, EncoderCheckpoint checkpoint, QuantScheme scheme) {
      this.owner = owner;
      this.kernels = kernels;
      this.checkpoint = checkpoint;
      this.shape = checkpoint.shape();
      this.scheme = scheme;
    }

    FrozenEncoder load() {
      digest.add(scheme.name());
      List<NativeArray> embedding =
          List.of(
              plain("embeddings.word_embeddings.weight", shape.vocabulary(), shape.hidden()),
              plain("embeddings.position_embeddings.weight", shape.positions(), shape.hidden()),
              plain("embeddings.token_type_embeddings.weight", 2, shape.hidden()),
              plain("embeddings.LayerNorm.weight", shape.hidden()),
              plain("embeddings.LayerNorm.bias", shape.hidden()));
      List<FrozenLayer> layers = new ArrayList<>();
      for (int layer = 0; layer < shape.layers(); layer++) {
        layers.add(layer(layer));
      }
      Holding holding =
          new Holding(parameters, bytes, quantizedParameters, quantizedBytes, digest.build());
      return new FrozenEncoder(kernels, shape, embedding, List.copyOf(layers), holding);
    }

    private FrozenLayer layer(int layer) {
      Map<EncoderLinear, NativeMatrix> matrices = new EnumMap<>(EncoderLinear.class);
      for (EncoderLinear linear : EncoderLinear.values()) {
        matrices.put(linear, quantized(new LinearSite(layer, linear)));
      }
      String prefix = "encoder.layer." + layer + ".";
      int hidden = shape.hidden();
      List<NativeArray> fusedBias =
          List.of(
              plain(prefix + "attention.self.query.bias", hidden),
              plain(prefix + "attention.self.key.bias", hidden),
              plain(prefix + "attention.self.value.bias", hidden));
      return new FrozenLayer(
          matrices,
          List.of(
              kernels.callOne(owner, "fuse", fusedBias),
              plain(prefix + "attention.output.dense.bias", hidden),
              plain(prefix + "attention.output.LayerNorm.weight", hidden),
              plain(prefix + "attention.output.LayerNorm.bias", hidden),
              plain(prefix + "intermediate.dense.bias", shape.feedForward()),
              plain(prefix + "output.dense.bias", hidden),
              plain(prefix + "output.LayerNorm.weight", hidden),
              plain(prefix + "output.LayerNorm.bias", hidden)));
    }

    private NativeMatrix quantized(LinearSite site) {
      EncoderLinear linear = site.linear();
      Tensor weights =
          checkpoint.tensor(site.name() + ".weight", linear.out(shape), linear.in(shape));
      StoredMatrix matrix = scheme.store(weights);
      digest.add(site.name());
      matrix.addTo(digest);
      parameters += weights.size();
      bytes += matrix.bytes();
      quantizedParameters += weights.size();
      quantizedBytes += matrix.bytes();
      return matrix.upload(owner, kernels);
    }

    private NativeArray plain(String name, int... dimensions) {
      Tensor tensor = checkpoint.tensor(name, dimensions);
      digest.add(name).add(tensor);
      parameters += tensor.size();
      bytes += (long) Float.BYTES * tensor.size();
      return owner.floats(tensor);
    }
  }
}
