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
  public LocalResult train(LocalTask task, ProgressListener listener) {
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
            forwarding(listener));
    return new LocalResult(
        result.trained(), result.meanLoss(), result.examples(), result.examplesSeen());
  }

  private static TrainingListener forwarding(ProgressListener listener) {
    return new TrainingListener() {
      @Override
      public void progress(long examplesDone, long examplesTotal, double meanLoss) {
        listener.progress(examplesDone, examplesTotal, meanLoss);
      }

      @Override
      public boolean cancelled() {
        return listener.cancelled();
      }
    };
  }
}
