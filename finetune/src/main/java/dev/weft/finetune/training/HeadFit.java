package dev.weft.finetune.training;

import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.Origin;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.task.Classification;
import dev.weft.finetune.task.Task;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.TokenBatch;
import dev.weft.finetune.transformer.Transformer;
import dev.weft.finetune.transformer.WeightChange;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A classification head fitted to the frozen model's embeddings of some examples: a convex problem,
 * run for a fixed number of full-batch AdamW steps.
 */
final class HeadFit {
  private static final int STEPS = 200;
  private static final double LEARNING_RATE = 0.02;
  private static final List<String> NAMES =
      List.of(AdapterTarget.Head.WEIGHT, AdapterTarget.Head.BIAS);

  private final Transformer transformer;
  private final Kernels kernels;
  private final Classification task;

  HeadFit(Transformer transformer, Kernels kernels) {
    this.transformer = transformer;
    this.kernels = kernels;
    this.task = new Classification(kernels);
  }

  /** A head of one lane, living in {@code owner}. */
  Task.Head to(Arena owner, TokenizedSet examples, Seed seed, AdapterTarget.Head shape) {
    Tensor weight = Tensor.zeros(shape.classes(), shape.features());
    TensorMap initial =
        new Origin.Kaiming(seed).derive(TensorMap.of(Map.of(AdapterTarget.Head.WEIGHT, weight)));
    Map<String, NativeArray> tensors = new LinkedHashMap<>();
    tensors.put(
        AdapterTarget.Head.WEIGHT,
        owner.floats(
            initial.get(AdapterTarget.Head.WEIGHT).toArray(),
            1,
            shape.classes(),
            shape.features()));
    tensors.put(AdapterTarget.Head.BIAS, owner.floats(Tensor.zeros(1, shape.classes())));
    Task.Head head = new Task.Head(tensors);
    try (Arena arena = Arena.open()) {
      fit(arena, head, examples);
    }
    return head;
  }

  /** A head's tensors without their lane axis. */
  static TensorMap values(Task.Head head) {
    LinkedHashMap<String, Tensor> values = new LinkedHashMap<>();
    for (String name : NAMES) {
      Tensor laned = head.tensors().get(name).toTensor();
      int[] shape = laned.shapeArray();
      values.put(name, Tensor.of(laned.toArray(), Arrays.copyOfRange(shape, 1, shape.length)));
    }
    return TensorMap.of(values);
  }

  private void fit(Arena arena, Task.Head head, TokenizedSet examples) {
    List<NativeArray> embeddings = new ArrayList<>();
    List<NativeArray> labels = new ArrayList<>();
    embed(arena, examples, embeddings, labels);
    NativeArray allEmbeddings = kernels.adapter().join(arena, embeddings, 0);
    NativeArray allLabels = kernels.adapter().join(arena, labels, 0);
    float[] equal = new float[examples.size()];
    Arrays.fill(equal, 1f / equal.length);
    NativeArray weights = arena.floats(equal, equal.length);
    AdamW optimizer =
        new AdamW(arena, kernels, NAMES.stream().map(name -> head.tensors().get(name)).toList(), 0);
    for (int i = 0; i < STEPS; i++) {
      try (Arena step = arena.child()) {
        Map<String, NativeArray> gradients =
            task.step(step, allEmbeddings, allLabels, weights, 1, head).gradients();
        optimizer.step(step, NAMES.stream().map(gradients::get).toList(), LEARNING_RATE);
      }
    }
  }

  /** Mean-pooled hidden states [examples, hidden] and classes, batch by batch, on all cores. */
  private void embed(
      Arena arena, TokenizedSet examples, List<NativeArray> embeddings, List<NativeArray> labels) {
    List<TokenBatch> batches =
        transformer.batches(examples).stream()
            .map(indices -> TokenBatch.of(examples, indices))
            .toList();
    batches.parallelStream()
        .map(this::pooled)
        .forEachOrdered(pooled -> embeddings.add(arena.floats(pooled)));
    batches.forEach(batch -> labels.add(task.labels(arena, batch)));
  }

  private Tensor pooled(TokenBatch batch) {
    try (Arena scratch = Arena.open()) {
      NativeArray hidden = transformer.hidden(scratch, batch, WeightChange.NONE);
      return task.pool(scratch, batch, hidden).toTensor();
    }
  }
}
