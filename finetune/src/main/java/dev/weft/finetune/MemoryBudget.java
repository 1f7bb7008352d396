package dev.weft.finetune;

import dev.weft.core.Amounts;
import dev.weft.core.Text;

/**
 * The memory of a process, divided before work starts; in bytes. Texts, tokens, adapters and
 * updates live in Java's heap, everything else beside it or on the GPU.
 *
 * @param model the frozen base
 * @param workers trainings at once
 * @param worker what each of them takes at most
 * @param microBatch examples of a step that pass the model at once
 * @param states kept of those below the adapters; the others are computed again in every pass
 * @param allStates what all of them would take
 */
public record MemoryBudget(
    ProcessMemory process,
    long model,
    int workers,
    long worker,
    int microBatch,
    long states,
    long allStates) {

  /** One line for people. */
  public String describe() {
    return Text.format(
        "%s, base model %s, %d %s of %s for %d examples at a time, kept states %s",
        process.describe(),
        Amounts.bytes(model),
        workers,
        workers == 1 ? "training" : "trainings at once",
        Amounts.bytes(worker),
        microBatch,
        states < allStates
            ? Text.format("%s of %s", Amounts.bytes(states), Amounts.bytes(allStates))
            : Amounts.bytes(states));
  }
}
