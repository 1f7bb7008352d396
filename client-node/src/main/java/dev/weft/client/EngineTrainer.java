package dev.weft.client;

import dev.weft.finetune.BaseModel;
import dev.weft.finetune.training.TrainingJob;
import dev.weft.finetune.training.TrainingResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Trains with the engine, on the calling thread; goes on where the training was kept.
 *
 * @param model the frozen base; shared by all clients of a process
 */
public record EngineTrainer(BaseModel model) implements LocalTrainer {

  @Override
  public CompletionStage<TrainingResult> train(TrainingJob job, LocalListener listener) {
    listener.begun();
    return CompletableFuture.completedFuture(model.train(job, listener, listener.keeper()));
  }
}
