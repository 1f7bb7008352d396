package dev.weft.finetune.training;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.metrics.Evaluation;
import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.adapter.SideSum;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.task.Task;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.TokenBatch;
import dev.weft.finetune.transformer.Transformer;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Measures an adapter on held-out examples. Batches are fixed by length and answers kept per
 * example, so that the number of threads changes nothing.
 */
final class Evaluator {
  private static final int MOST_EXAMPLES = 64;
  private static final int MOST_TOKENS = 1024;

  private final Transformer transformer;
  private final Kernels kernels;
  private final Task task;

  Evaluator(Transformer transformer, Kernels kernels, Task task) {
    this.transformer = transformer;
    this.kernels = kernels;
    this.task = task;
  }

  Evaluation evaluate(
      Adapter adapter,
      List<LinearSite> sites,
      List<SideSum> sideSums,
      TokenizedSet test,
      int threads) {
    return task.evaluation(
        test,
        answers(adapter, sites, sideSums, test, threads),
        adapter.target().head().map(AdapterTarget.Head::classes).orElse(0));
  }

  AnswerCounts count(
      Adapter adapter,
      List<LinearSite> sites,
      List<SideSum> sideSums,
      TokenizedSet test,
      int threads) {
    return task.counts(test, answers(adapter, sites, sideSums, test, threads));
  }

  /** One answer per example, in order. */
  List<Task.Answer> answers(
      Adapter adapter,
      List<LinearSite> sites,
      List<SideSum> sideSums,
      TokenizedSet test,
      int threads) {
    List<int[]> batches = batches(test);
    List<List<Task.Answer>> byBatch;
    try (Arena arena = Arena.open();
        Workers workers = new Workers(threads)) {
      NativeAdapter change = new NativeAdapter(arena, kernels, List.of(adapter), sites, sideSums);
      byBatch =
          workers.all(
              batches.stream()
                  .<Supplier<List<Task.Answer>>>map(batch -> () -> answers(batch, test, change))
                  .toList());
    }
    Task.Answer[] answers = new Task.Answer[test.size()];
    for (int batch = 0; batch < batches.size(); batch++) {
      for (int i = 0; i < batches.get(batch).length; i++) {
        answers[batches.get(batch)[i]] = byBatch.get(batch).get(i);
      }
    }
    return List.of(answers);
  }

  /** Examples by falling length, so that the longest batches start first. */
  private static List<int[]> batches(TokenizedSet test) {
    int[] byLength =
        IntStream.range(0, test.size())
            .boxed()
            .sorted(Comparator.comparingInt(test::tokens).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < byLength.length; ) {
      int fitting = Math.max(1, MOST_TOKENS / test.tokens(byLength[from]));
      int to = Math.min(from + Math.min(fitting, MOST_EXAMPLES), byLength.length);
      batches.add(Arrays.copyOfRange(byLength, from, to));
      from = to;
    }
    return batches;
  }

  private List<Task.Answer> answers(int[] indices, TokenizedSet test, NativeAdapter adapter) {
    try (Arena arena = Arena.open()) {
      TokenBatch batch = TokenBatch.of(test, indices);
      return task.answers(
          arena, batch, transformer.hidden(arena, batch, adapter), new Task.Head(adapter.head()));
    }
  }
}
