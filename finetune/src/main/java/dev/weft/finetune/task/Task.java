package dev.weft.finetune.task;

import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.metrics.Evaluation;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.TokenBatch;
import dev.weft.text.TokenizedSet;
import java.util.List;
import java.util.Map;

/** What a model learns. Stateless; the trained head, if the task has one, is passed in. */
public interface Task {

  /**
   * A trained head over the hidden states, by tensor name: [lanes, …], or [1, …] shared by all
   * lanes of a batch; empty for tasks without head.
   */
  record Head(Map<String, NativeArray> tensors) {
    /** For tasks that have no head of their own. */
    public static final Head NONE = new Head(Map.of());

    NativeArray get(String name) {
      return tensors.get(name);
    }
  }

  /**
   * Losses of a batch and what goes back.
   *
   * @param losses mean loss of each lane
   * @param dhidden gradient of the sum of the lanes' losses by the hidden states [tokens, hidden]
   * @param head gradients of the head's tensors [lanes, …]
   */
  record Losses(List<Double> losses, NativeArray dhidden, Map<String, NativeArray> head) {}

  /**
   * How one example was answered.
   *
   * @param loss sum over its targets
   * @param targets what was asked: 1, or the number of tokens to foretell
   * @param outcome the likeliest class, or the number of tokens foretold rightly
   */
  record Answer(double loss, int targets, int outcome) {}

  /**
   * @param hidden what left the last block [tokens, hidden]
   */
  Losses losses(Arena arena, TokenBatch batch, NativeArray hidden, Head head);

  /** How much an example is asked: what a mean loss is taken over. */
  int targets(TokenizedSet set, int example);

  /** One per row of a batch of one lane. */
  List<Answer> answers(Arena arena, TokenBatch batch, NativeArray hidden, Head head);

  /**
   * The figures over a whole set.
   *
   * @param answers one per example of the set, in order
   * @param classes of the head; 0 without one
   */
  Evaluation evaluation(TokenizedSet set, List<Answer> answers, int classes);

  /** What {@link #evaluation} is made of, as far as it can be added up over sets. */
  AnswerCounts counts(TokenizedSet set, List<Answer> answers);
}
