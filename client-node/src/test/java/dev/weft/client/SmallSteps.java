package dev.weft.client;

import dev.weft.aggregation.method.Methods;
import dev.weft.core.config.MethodConfig;
import dev.weft.core.config.RobustConfig;
import dev.weft.core.config.ServerOptimizerConfig;
import dev.weft.core.method.Method;
import dev.weft.core.metrics.TrainingFigures;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.training.TrainingResult;
import dev.weft.text.TokenizedSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Federations whose sites move by small seeded steps in place of training. */
public final class SmallSteps {
  private SmallSteps() {}

  /** Every trained value moves by a small number of the site's own. */
  public static LocalTrainer moving() {
    return (job, listener) -> {
      SeededRandom random = job.seed().of("round", job.local().round()).random();
      listener.progress(5, 10, 0.5);
      return trained(
          job.adapter()
              .trained()
              .map((name, tensor) -> tensor.plus(random(random, 0.01, tensor.shapeArray()))));
    };
  }

  /** What a training gives that ended with these values. */
  public static CompletionStage<TrainingResult> trained(TensorMap values) {
    return CompletableFuture.completedFuture(
        new TrainingResult(values, new TrainingFigures(0.5, 20, 20, 2)));
  }

  /** So many examples of one token. */
  public static TokenizedSet examples(int number) {
    return TokenizedSet.classified(new int[number][1], new int[number]);
  }

  public static Tensor random(SeededRandom random, double scale, int... shape) {
    float[] values = new float[Math.toIntExact(Tensor.elements(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return Tensor.of(values, shape);
  }

  /** A method at rank 4, without a server optimizer. */
  public static Method method(String name, List<Integer> ranks) {
    return method(name, ranks, ServerOptimizerConfig.Kind.NONE);
  }

  /** A method at rank 4. */
  public static Method method(
      String name, List<Integer> ranks, ServerOptimizerConfig.Kind optimizer) {
    return Methods.resolve(
        new MethodConfig(
            name,
            Optional.empty(),
            Optional.of(4),
            ranks,
            Optional.empty(),
            MethodConfig.Init.WEIGHTS,
            0.01,
            0,
            true,
            new RobustConfig(0.2, Optional.empty()),
            new ServerOptimizerConfig(optimizer, 1, 0.9, 0.9, 0.99, 1e-3)));
  }
}
