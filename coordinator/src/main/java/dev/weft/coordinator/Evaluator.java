package dev.weft.coordinator;

import dev.weft.core.adapter.GlobalState;
import dev.weft.core.metrics.Evaluation;
import java.util.concurrent.CompletionStage;

/** Measures a global state; must not block the calling thread. */
@FunctionalInterface
public interface Evaluator {
  CompletionStage<Evaluation> evaluate(GlobalState state);
}
