package dev.weft.core.adapter;

import dev.weft.core.Text;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * What all forms of one kind have in common: how a form is written down and found again.
 *
 * @param name the kind in descriptors; it stays, since states are stored under it
 * @param numbers how many numbers a form of this kind has besides its chain
 * @param make the form of a chain and those numbers
 * @param peft how PEFT keeps such adapters; empty where it does not know the kind
 */
public record FormKind(
    String name,
    int numbers,
    BiFunction<ChainAdapter, List<Float>, AdapterForm> make,
    Optional<PeftForm> peft) {

  public FormKind {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name: a kind of form must have a name");
    }
    if (numbers < 0) {
      throw new IllegalArgumentException("numbers: must not be negative, got " + numbers);
    }
  }

  /**
   * The form of this kind around a chain.
   *
   * @throws IllegalArgumentException if there are more or fewer numbers than the kind has, or it
   *     has no such form
   */
  public AdapterForm form(ChainAdapter chain, List<Float> values) {
    if (values.size() != numbers) {
      throw new IllegalArgumentException(
          Text.format("numbers: the form %s has %d, given are %d", name, numbers, values.size()));
    }
    return make.apply(chain, values);
  }

  /**
   * The kind of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static FormKind of(String name) {
    return AdapterForm.kinds().stream()
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(Text.format("unknown form \"%s\"", name)));
  }
}
