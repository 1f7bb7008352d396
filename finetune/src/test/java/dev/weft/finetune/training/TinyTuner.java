package dev.weft.finetune.training;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.config.ModelConfig;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.checkpoint.EncoderCheckpoint;
import dev.weft.finetune.checkpoint.EncoderShape;
import dev.weft.finetune.encoder.Encoder;
import dev.weft.finetune.encoder.EncoderLinear;
import dev.weft.finetune.encoder.FrozenEncoder;
import dev.weft.finetune.encoder.LinearSite;
import dev.weft.finetune.encoder.TinyEncoder;
import dev.weft.finetune.quantization.QuantScheme;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import java.util.ArrayList;
import java.util.List;

/** A small random encoder, unquantized, with an adapter on every linear layer. */
final class TinyTuner implements AutoCloseable {
  final EncoderCheckpoint checkpoint;
  final Arena arena = Arena.open();
  final Kernels kernels =
      Kernels.load(arena, "nf4.py", "encoder.py", "adapter.py", "classifier.py", "optimizer.py");
  final List<LinearSite> sites = new ArrayList<>();
  final Encoder encoder;
  final FineTuner tuner;

  TinyTuner(EncoderShape shape) {
    checkpoint = TinyEncoder.checkpoint(shape, 1);
    FrozenEncoder frozen =
        FrozenEncoder.load(
            arena, kernels, checkpoint, QuantScheme.of(ModelConfig.Quantization.NONE));
    for (int layer = 0; layer < shape.layers(); layer++) {
      for (EncoderLinear linear : EncoderLinear.values()) {
        sites.add(new LinearSite(layer, linear));
      }
    }
    encoder = new Encoder(frozen, kernels, 0);
    tuner = new FineTuner(frozen, kernels, sites);
  }

  AdapterTarget target() {
    return tuner.target(3);
  }

  /** An adapter whose every tensor is random, so that nothing vanishes. */
  Adapter randomAdapter(ChainAdapter form, long seed) {
    SeededRandom random = new Seed(seed).random();
    Adapter zeros = Adapter.zeros(form, target());
    return zeros.with(
        zeros
            .tensors()
            .map(
                (name, tensor) -> {
                  float[] values = new float[tensor.size()];
                  for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (0.3 * random.nextGaussian());
                  }
                  return Tensor.of(values, tensor.shapeArray());
                }));
  }

  @Override
  public void close() {
    arena.close();
  }
}
