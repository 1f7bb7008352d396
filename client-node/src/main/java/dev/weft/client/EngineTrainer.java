package dev.weft.client;

import dev.weft.finetune.BaseModel;
import dev.weft.finetune.text.TokenizedSet;
import dev.weft.finetune.training.TrainingJob;
import dev.weft.finetune.training.TrainingListener;
import dev.weft.finetune.training.TrainingResult;

/**
 * Trains with the engine on this site's texts.
 *
 * @param model the frozen base; shared by all clients of a process
 * @param data the site's own examples; never leave it
 */
public record EngineTrainer(BaseModel model, TokenizedSet data) implements LocalTrainer {

  @Override
  public LocalResult train(LocalTask task, TrainingListener listener) {
    TrainingResult result =
        model.train(
            new TrainingJob(
                task.reference(),
                task.sideDeltas(),
                task.objective(),
                task.config(),
                data,
                task.seed(),
                task.round()),
            listener);
    return new LocalResult(
        result.trained(), result.meanLoss(), result.examples(), result.examplesSeen());
  }
}
