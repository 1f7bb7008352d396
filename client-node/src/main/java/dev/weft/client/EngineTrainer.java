package dev.weft.client;

import dev.weft.finetune.BaseModel;
import dev.weft.text.TokenizedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Trains with the engine on this site's texts, on the calling thread.
 *
 * @param model the frozen base; shared by all clients of a process
 * @param data the site's own examples; never leave it
 */
public record EngineTrainer(BaseModel model, TokenizedSet data) implements LocalTrainer {

  @Override
  public CompletionStage<LocalResult> train(LocalTask task, LocalListener listener) {
    listener.begun();
    return CompletableFuture.completedFuture(LocalResult.of(model.train(task.on(data), listener)));
  }
}
