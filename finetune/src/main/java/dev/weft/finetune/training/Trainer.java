package dev.weft.finetune.training;

import dev.weft.core.metrics.TrainingFigures;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.adapter.SideSum;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Local trainings from first to last step, one lane each. All native memory they take is freed when
 * {@link #run} returns or throws.
 */
final class Trainer {
  private final Kernels kernels;
  private final StepGradients gradients;
  private final StepRules rules;
  private final List<TrainingJob> jobs;
  private final List<LinearSite> sites;
  private final List<SideSum> sideSums;
  private final TrainingKeeper keeper;

  /**
   * @param keeper of a single job; {@link TrainingKeeper#NONE} of several
   * @param jobs trainings of one form of adapter, one length and rate and one log of side deltas
   */
  Trainer(
      Kernels kernels,
      StepGradients gradients,
      StepRules rules,
      List<TrainingJob> jobs,
      List<LinearSite> sites,
      List<SideSum> sideSums,
      TrainingKeeper keeper) {
    this.keeper = keeper;
    this.kernels = kernels;
    this.gradients = gradients;
    this.rules = rules;
    this.jobs = List.copyOf(jobs);
    this.sites = sites;
    this.sideSums = sideSums;
  }

  /** One result per job, in order. */
  List<TrainingResult> run(TrainingListener listener) {
    Lanes lanes = new Lanes(jobs, rules.sampler());
    List<Progress> progress = new ArrayList<>();
    for (int lane = 0; lane < jobs.size(); lane++) {
      progress.add(new Progress(lanes, lane));
    }
    long total = progress.stream().mapToLong(each -> each.total).sum();
    try (Arena arena = Arena.open()) {
      NativeAdapter adapter =
          new NativeAdapter(
              arena, kernels, jobs.stream().map(TrainingJob::adapter).toList(), sites, sideSums);
      AdapterOptimizer optimizer =
          new AdapterOptimizer(arena, kernels, jobs.get(0).local().training(), adapter);
      StepHooks hooks = StepHooks.of(rules.hooks(), arena, kernels, jobs, adapter);
      Bookmark bookmark = new Bookmark(adapter, optimizer);
      Optional<TrainingState> kept = keeper.kept();
      kept.ifPresent(state -> bookmark.restore(kernels, state));
      kept.ifPresent(state -> progress.get(0).goOn(state));
      for (int step = kept.map(TrainingState::steps).orElse(0); step < lanes.steps(); step++) {
        if (listener.cancelled()) {
          if (step > 0) {
            keep(bookmark, progress, step);
          }
          throw new TrainingCancelledException(step);
        }
        List<Double> losses;
        try (Arena scratch = arena.child()) {
          losses = step(scratch, adapter, hooks, optimizer, lanes, step);
        }
        for (int lane = 0; lane < jobs.size(); lane++) {
          Progress own = progress.get(lane);
          own.stepped(step, losses.get(lane), adapter);
          listener.laneProgress(lane, own.examples, own.total, own.meanLoss());
        }
        listener.progress(
            progress.stream().mapToLong(each -> each.examples).sum(),
            total,
            progress.stream().mapToDouble(Progress::meanLoss).average().orElse(0));
        if (keeper.due() || step == lanes.steps() - 1) {
          keep(bookmark, progress, step + 1);
        }
      }
    }
    return progress.stream().map(Progress::result).toList();
  }

  /** Copies nothing where nobody keeps it. */
  private void keep(Bookmark bookmark, List<Progress> progress, int steps) {
    if (keeper != TrainingKeeper.NONE) {
      Progress own = progress.get(0);
      keeper.keep(bookmark.state(steps, own.examples, own.tokens, own.lossSum));
    }
  }

  /** One optimizer step; returns the lanes' mean losses before it. */
  private List<Double> step(
      Arena arena,
      NativeAdapter adapter,
      StepHooks hooks,
      AdapterOptimizer optimizer,
      Lanes lanes,
      int number) {
    StepHook.Step step = lanes.step(number);
    LossGradients found = gradients.of(arena, adapter, hooks, lanes, step);
    hooks.ofLanes(arena, step, found.byTensor());
    optimizer.step(arena, found.byTensor(), lanes.rateFactors(number));
    hooks.stepped(arena, step);
    return found.losses();
  }

  /** Running totals of one lane; its tensors are taken after its own last step. */
  private final class Progress {
    private final Lanes lanes;
    private final int lane;
    private final long total;
    private TensorMap trained = TensorMap.empty();
    private long examples;
    private long tokens;
    private double lossSum;

    Progress(Lanes lanes, int lane) {
      this.lanes = lanes;
      this.lane = lane;
      long sum = 0;
      for (int step = 0; step < lanes.steps(lane); step++) {
        sum += lanes.examples(lane, step).length;
      }
      total = sum;
    }

    void goOn(TrainingState state) {
      examples = state.examples();
      tokens = state.tokens();
      lossSum = state.lossSum();
      trained = state.trained();
    }

    void stepped(int step, double meanLoss, NativeAdapter adapter) {
      if (step >= lanes.steps(lane)) {
        return;
      }
      int[] batch = lanes.examples(lane, step);
      examples += batch.length;
      lossSum += meanLoss * batch.length;
      for (int example : batch) {
        tokens += data().tokens(example);
      }
      if (step == lanes.steps(lane) - 1) {
        trained = adapter.trainedValues(lane);
      }
    }

    double meanLoss() {
      return examples == 0 ? 0 : lossSum / examples;
    }

    TrainingResult result() {
      return new TrainingResult(
          trained, new TrainingFigures(meanLoss(), examples, tokens, lanes.steps(lane)));
    }

    private TokenizedSet data() {
      return jobs.get(lane).data();
    }
  }
}
