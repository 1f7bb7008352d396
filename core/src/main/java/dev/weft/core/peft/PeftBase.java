package dev.weft.core.peft;

import java.util.Optional;
import java.util.Set;

/**
 * The base model of an adapter as PEFT meets it.
 *
 * @param name what {@code base_model_name_or_path} says
 * @param prefix what stands before the names of layers in the class that PEFT wraps: "bert." in a
 *     BertForSequenceClassification, nothing in a LlamaForCausalLM
 * @param head name of the linear layer there whose rows are classes
 */
public record PeftBase(String name, String prefix, String head) {
  /**
   * PEFT takes these modules whole in SEQ_CLS, and fails where a part of one is not in the file.
   */
  private static final Set<String> TAKEN_WHOLE = Set.of("classifier", "score");

  /** {@code task_type}; empty where none describes the head. */
  Optional<String> taskType(boolean classifies) {
    if (!classifies) {
      return Optional.of("CAUSAL_LM");
    }
    return TAKEN_WHOLE.contains(head) ? Optional.of("SEQ_CLS") : Optional.empty();
  }
}
