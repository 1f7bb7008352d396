package dev.weft.finetune.training;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.method.LocalRound;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.random.Seed;
import dev.weft.finetune.task.Classification;
import dev.weft.finetune.task.LanguageModelling;
import dev.weft.finetune.task.Task;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.transformer.TinyEngine;
import dev.weft.finetune.transformer.TinyModel;
import dev.weft.finetune.transformer.TokenBatch;
import dev.weft.finetune.transformer.Transformer;
import dev.weft.text.TokenizedSet;
import java.util.List;
import java.util.Optional;

/** A small random model, unquantized, with an adapter on every linear layer. */
final class TinyTuner implements AutoCloseable {
  final TinyModel model;
  final TinyEngine engine;
  final Transformer transformer;
  final Task task;
  final FineTuner tuner;

  TinyTuner(TinyModel model) {
    this(new TinyEngine(model));
  }

  TinyTuner(TinyEngine engine) {
    this.model = engine.model;
    this.engine = engine;
    this.transformer = engine.transformer();
    this.task =
        model.isDecoder()
            ? new LanguageModelling(engine.kernels, engine.frozen)
            : new Classification(engine.kernels);
    this.tuner = new FineTuner(engine.frozen, engine.kernels, model.sites(), Optional.empty());
  }

  /** Losses and gradients of a batch, living in {@code arena}. */
  LossGradients lossGradients(Arena arena, Adapter adapter, TokenBatch batch) {
    return LossGradients.of(
        arena, transformer, task, engine.attach(arena, adapter), StepHooks.NONE, batch);
  }

  /** One epoch, or so many steps, in batches of 8. */
  static TrainingJob job(Adapter adapter, TokenizedSet data, Optional<Integer> steps) {
    return new TrainingJob(
        adapter,
        List.of(),
        LocalRound.only(
            steps
                .map(number -> LocalTraining.ofSteps(number, 8, 0.01))
                .orElse(LocalTraining.ofEpochs(1, 8, 0.01))),
        data,
        new Seed(7));
  }

  @Override
  public void close() {
    engine.close();
  }
}
