package dev.weft.finetune.encoder;

import dev.weft.finetune.checkpoint.EncoderShape;
import dev.weft.finetune.text.TokenizedSet;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Runs a {@link FrozenEncoder} forward, and backward as far down as anything trains. */
public final class Encoder {
  private final FrozenEncoder frozen;
  private final Kernels kernels;
  private final FrozenPrefix prefix;

  /**
   * @param unchanged how many layers, from the lowest, no change ever touches
   */
  public Encoder(FrozenEncoder frozen, Kernels kernels, int unchanged) {
    this.frozen = frozen;
    this.kernels = kernels;
    this.prefix = new FrozenPrefix(frozen, unchanged);
  }

  /** Brings a set through the unchanged layers now rather than with its first batch. */
  public void prepare(TokenizedSet set) {
    prefix.prepare(set);
  }

  /**
   * Matrices of the layers above the prefix with a change applied, to be shared by many batches.
   */
  public List<List<NativeArray>> weights(Arena arena, WeightChange change) {
    List<List<NativeArray>> weights = new ArrayList<>();
    for (int layer = prefix.layers(); layer < shape().layers(); layer++) {
      weights.add(frozen.weights(arena, layer, change));
    }
    return weights;
  }

  /** Hidden states after the last layer [tokens, hidden]; keeps nothing else. */
  public NativeArray hidden(Arena arena, EncoderBatch batch, List<List<NativeArray>> weights) {
    NativeArray x = prefix.enter(arena, batch);
    for (int layer = prefix.layers(); layer < shape().layers(); layer++) {
      x = frozen.layer(arena, batch, x, layer, weights.get(layer - prefix.layers()));
    }
    return x;
  }

  /**
   * Forward pass that keeps what the backward pass reads. Each layer's weights are decoded into the
   * pass and freed with the layer's activations on the way back.
   */
  public Pass forward(Arena arena, EncoderBatch batch, WeightChange change) {
    List<LayerPass> passes = new ArrayList<>();
    NativeArray x = prefix.enter(arena, batch);
    for (int layer = prefix.layers(); layer < shape().layers(); layer++) {
      Arena layerArena = arena.child();
      List<NativeArray> weights = frozen.weights(layerArena, layer, change);
      List<NativeArray> saved =
          kernels.call(
              layerArena,
              "layer_forward",
              x,
              batch.mask(),
              weights,
              frozen.vectors(layer),
              shape().heads(),
              shape().epsilon());
      passes.add(new LayerPass(layerArena, x, weights, saved));
      x = saved.get(0);
    }
    return new Pass(prefix.layers(), passes);
  }

  /**
   * Backward pass; uses up {@code pass}, layer by layer: a layer's gradients live with the
   * activations of the layer below, which reads them.
   *
   * @param dz gradient of the loss by {@link Pass#hidden}
   * @param sites where gradients are wanted; nothing below the lowest of them is computed
   */
  public void backward(Pass pass, NativeArray dz, Set<LinearSite> sites, GradientSink sink) {
    int lowest = sites.stream().mapToInt(LinearSite::layer).min().orElse(shape().layers());
    NativeArray gradient = dz;
    for (int layer = shape().layers() - 1; layer >= lowest; layer--) {
      boolean toInput = layer > lowest;
      LayerPass saved = pass.layer(layer);
      try (Arena layerArena = saved.arena) {
        List<NativeArray> inputs =
            kernels.call(layerArena, "linear_inputs", saved.x, saved.activations);
        List<NativeArray> gradients =
            kernels.call(
                toInput ? pass.layer(layer - 1).arena : layerArena,
                "layer_backward",
                gradient,
                saved.activations,
                saved.weights,
                frozen.vectors(layer),
                shape().heads(),
                toInput);
        for (int i = 0; i < EncoderLinear.IN_ORDER.size(); i++) {
          LinearSite site = new LinearSite(layer, EncoderLinear.IN_ORDER.get(i));
          if (sites.contains(site)) {
            sink.accept(layerArena, site, inputs.get(i), gradients.get(i));
          }
        }
        gradient = gradients.get(gradients.size() - 1);
      }
    }
  }

  private EncoderShape shape() {
    return frozen.shape();
  }

  /** A forward pass that can go back once. */
  public static final class Pass {
    private final int lowest;
    private final List<LayerPass> layers;

    private Pass(int lowest, List<LayerPass> layers) {
      this.lowest = lowest;
      this.layers = layers;
    }

    private LayerPass layer(int index) {
      return layers.get(index - lowest);
    }

    /** Hidden states after the last layer [tokens, hidden]. */
    public NativeArray hidden() {
      return layers.get(layers.size() - 1).activations.get(0);
    }
  }

  private record LayerPass(
      Arena arena, NativeArray x, List<NativeArray> weights, List<NativeArray> activations) {}
}
