package dev.weft.core.adapter;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * How PEFT keeps adapters of one kind of form, as values: nothing else knows PEFT's names.
 *
 * @param type {@code peft_type}
 * @param flag the field of {@code adapter_config.json} that tells this kind from another of the
 *     same type by being true; empty for the type's usual kind
 * @param layered what follows the module's name in the names of a layer's tensors. The first of
 *     them has the rank along its first axis
 * @param shared names of tensors of which every layer uses the leading block
 * @param scaled the part that the scale joins in the file; empty where {@code lora_alpha} says it
 * @param settings the other fields, as they are where nothing is trained any more
 * @param form the form of a rank and scale
 */
public record PeftForm(
    String type,
    Optional<String> flag,
    Map<Part, String> layered,
    Map<Part, String> shared,
    Optional<Part> scaled,
    Map<String, Object> settings,
    BiFunction<Integer, Float, AdapterForm> form) {

  public PeftForm {
    layered = ordered(layered);
    shared = ordered(shared);
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    if (layered.isEmpty()) {
      throw new IllegalArgumentException("layered: a layer must have a tensor of its own");
    }
  }

  private static Map<Part, String> ordered(Map<Part, String> names) {
    EnumMap<Part, String> ordered = new EnumMap<>(Part.class);
    ordered.putAll(names);
    return Collections.unmodifiableMap(ordered);
  }

  /** The part whose tensors say which layers are adapted, and their ranks along the first axis. */
  public Part leading() {
    return layered.keySet().iterator().next();
  }
}
