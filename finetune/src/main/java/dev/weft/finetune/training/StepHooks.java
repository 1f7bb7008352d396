package dev.weft.finetune.training;

import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.GradientSink;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The hooks of one training, in order. */
record StepHooks(List<StepHook> hooks) {
  static final StepHooks NONE = new StepHooks(List.of());

  /**
   * What trainings get for their objective or their form of adapter, a line here for each. None
   * remembers what happened in a step: what it knows follows from its job, so that a training that
   * goes on from a {@link TrainingState} needs no memory of theirs.
   */
  private static final List<StepHook.Maker> OF_JOBS = List.of(AlloraScaling::of, ProximalTerm::of);

  StepHooks {
    hooks = List.copyOf(hooks);
  }

  /**
   * @param first hooks that go before those of the jobs: what bounds an example's gradient knows
   *     nothing of a term that needs no data
   */
  static StepHooks of(
      List<StepHook.Maker> first,
      Arena owner,
      Kernels kernels,
      List<TrainingJob> jobs,
      NativeAdapter adapter) {
    return new StepHooks(
        Stream.concat(first.stream(), OF_JOBS.stream())
            .map(maker -> maker.of(owner, kernels, jobs, adapter))
            .flatMap(Optional::stream)
            .toList());
  }

  /** A sink that takes layers' gradients as the hooks leave them. */
  GradientSink before(GradientSink sink) {
    return (arena, site, x, dy) -> {
      NativeArray left = dy;
      for (StepHook hook : hooks) {
        left = hook.ofLayer(arena, site, left);
      }
      sink.accept(arena, site, x, left);
    };
  }

  /** Whether some hook needs the gradients of single examples. */
  boolean perExample() {
    return hooks.stream().anyMatch(ExampleHook.class::isInstance);
  }

  /** What examples count for when all hooks have been asked. */
  List<Double> ofExamples(Arena arena, StepHook.Step step, ExampleGradients gradients) {
    ExampleGradients weighed = gradients;
    for (StepHook hook : hooks) {
      if (hook instanceof ExampleHook each) {
        weighed = weighed.with(each.ofExamples(arena, step, weighed));
      }
    }
    return weighed.weights();
  }

  void ofLanes(Arena arena, StepHook.Step step, Map<String, NativeArray> gradients) {
    hooks.forEach(hook -> hook.ofLanes(arena, step, gradients));
  }

  void stepped(Arena arena, StepHook.Step step) {
    hooks.forEach(hook -> hook.stepped(arena, step));
  }
}
