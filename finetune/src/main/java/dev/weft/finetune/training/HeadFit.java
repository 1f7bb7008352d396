package dev.weft.finetune.training;

import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.Origin;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.encoder.Encoder;
import dev.weft.finetune.encoder.EncoderBatch;
import dev.weft.finetune.encoder.WeightChange;
import dev.weft.finetune.text.TokenizedSet;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A classification head fitted to the frozen model's embeddings of some examples: a convex problem,
 * run for a fixed number of full-batch AdamW steps.
 */
final class HeadFit {
  private static final int BATCH = 64;
  private static final int STEPS = 200;
  private static final double LEARNING_RATE = 0.02;

  private final Encoder encoder;
  private final Kernels kernels;
  private final AdapterTarget.Head shape;

  HeadFit(Encoder encoder, Kernels kernels, AdapterTarget.Head shape) {
    this.encoder = encoder;
    this.kernels = kernels;
    this.shape = shape;
  }

  /** Weight [classes, hidden] and bias [classes], living in {@code owner}. */
  List<NativeArray> to(Arena owner, TokenizedSet examples, Seed seed) {
    TensorMap initial =
        new Origin.Kaiming(seed)
            .derive(
                TensorMap.of(
                    Map.of(
                        AdapterTarget.Head.WEIGHT,
                        Tensor.zeros(shape.classes(), shape.features()))));
    List<NativeArray> head =
        List.of(
            owner.floats(initial.get(AdapterTarget.Head.WEIGHT)),
            owner.floats(Tensor.zeros(shape.classes())));
    try (Arena arena = Arena.open()) {
      List<NativeArray> embeddings = new ArrayList<>();
      List<NativeArray> labels = new ArrayList<>();
      embed(arena, examples, seed, embeddings, labels);
      NativeArray allEmbeddings = kernels.callOne(arena, "fuse", embeddings);
      NativeArray allLabels = kernels.callOne(arena, "fuse", labels);
      AdamW optimizer = new AdamW(arena, kernels, head, LEARNING_RATE, 0);
      for (int i = 0; i < STEPS; i++) {
        try (Arena step = arena.child()) {
          HeadStep gradients = HeadStep.of(step, kernels, allEmbeddings, allLabels, head);
          optimizer.step(step, List.of(gradients.weight(), gradients.bias()));
        }
      }
    }
    return head;
  }

  /** Mean-pooled hidden states [examples, hidden] and classes, batch by batch. */
  private void embed(
      Arena arena,
      TokenizedSet examples,
      Seed seed,
      List<NativeArray> embeddings,
      List<NativeArray> labels) {
    encoder.prepare(examples);
    List<List<NativeArray>> weights = encoder.weights(arena, WeightChange.NONE);
    for (int[] indices : new BatchPlan(examples, BATCH, seed).epoch(0)) {
      EncoderBatch batch = EncoderBatch.of(arena, examples, indices);
      try (Arena scratch = arena.child()) {
        NativeArray hidden = encoder.hidden(scratch, batch, weights);
        embeddings.add(kernels.callOne(arena, "pool", hidden, batch.shares()));
      }
      labels.add(batch.labels());
    }
  }
}
