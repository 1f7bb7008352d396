package dev.weft.finetune;

import dev.weft.core.Amounts;
import dev.weft.core.Text;

/**
 * The memory of a process, divided before work starts; in bytes. Texts, tokens, adapters and
 * updates live in Java's heap, everything else beside it.
 *
 * @param model the frozen base
 * @param workers trainings at once
 * @param worker what each of them takes at most
 * @param states kept of those below the adapters; the others are computed again in every pass
 * @param allStates what all of them would take
 */
public record MemoryBudget(
    ProcessMemory process, long model, int workers, long worker, long states, long allStates) {

  /** One line for people. */
  public String describe() {
    return Text.format(
        "up to %s: Java's heap %s, base model %s, %d %s of %s, kept states %s, Java and libtorch"
            + " themselves %s",
        Amounts.bytes(process.total()),
        Amounts.bytes(process.heap()),
        Amounts.bytes(model),
        workers,
        workers == 1 ? "training" : "trainings at once",
        Amounts.bytes(worker),
        states < allStates
            ? Text.format("%s of %s", Amounts.bytes(states), Amounts.bytes(allStates))
            : Amounts.bytes(states),
        Amounts.bytes(ProcessMemory.RUNTIME));
  }
}
