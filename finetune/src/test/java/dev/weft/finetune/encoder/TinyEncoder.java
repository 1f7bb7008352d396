package dev.weft.finetune.encoder;

import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.checkpoint.EncoderCheckpoint;
import dev.weft.finetune.checkpoint.EncoderShape;
import java.util.LinkedHashMap;
import java.util.Map;

/** Checkpoints of random weights, small enough for finite differences. */
public final class TinyEncoder {
  public static final EncoderShape SHAPE = new EncoderShape(2, 8, 2, 12, 20, 16, 1e-12);

  private TinyEncoder() {}

  public static EncoderCheckpoint checkpoint(EncoderShape shape, long seed) {
    Weights weights = new Weights(seed);
    int hidden = shape.hidden();
    weights.add("embeddings.word_embeddings.weight", 1, shape.vocabulary(), hidden);
    weights.add("embeddings.position_embeddings.weight", 1, shape.positions(), hidden);
    weights.add("embeddings.token_type_embeddings.weight", 1, 2, hidden);
    weights.norm("embeddings.LayerNorm", hidden);
    for (int layer = 0; layer < shape.layers(); layer++) {
      for (EncoderLinear linear : EncoderLinear.values()) {
        String name = new LinearSite(layer, linear).name();
        double spread = 1 / Math.sqrt(linear.in(shape));
        weights.add(name + ".weight", spread, linear.out(shape), linear.in(shape));
        weights.add(name + ".bias", 0.3, linear.out(shape));
      }
      weights.norm("encoder.layer." + layer + ".attention.output.LayerNorm", hidden);
      weights.norm("encoder.layer." + layer + ".output.LayerNorm", hidden);
    }
    return new EncoderCheckpoint("tiny", "test", shape, weights.tensors);
  }

  private static final class Weights {
    private final SeededRandom random;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    Weights(long seed) {
      random = new Seed(seed).random();
    }

    void add(String name, double spread, int... shape) {
      tensors.put(name, gaussian(0, spread, shape));
    }

    void norm(String name, int width) {
      tensors.put(name + ".weight", gaussian(1, 0.2, width));
      tensors.put(name + ".bias", gaussian(0, 0.2, width));
    }

    private Tensor gaussian(double mean, double spread, int... shape) {
      float[] values = new float[(int) Tensor.elements(shape)];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (mean + spread * random.nextGaussian());
      }
      return Tensor.of(values, shape);
    }
  }
}
