package dev.weft.core.peft;

import dev.weft.core.Text;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Safetensors;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tensors of an adapter under the names that PEFT saves today, each taken once. A state
 * dictionary dumped from a running model names the adapter inside, {@code lora_A.default.weight},
 * and some versions of DoRA write {@code lora_magnitude_vector.weight}.
 */
final class PeftTensors {
  private static final String PICKLED = "adapter_model.bin";
  private static final String SAVED = "modules_to_save";

  /** Module, what is there, perhaps the adapter's name, and the rest. */
  private static final Pattern NAME =
      Pattern.compile(
          Text.format(
              "(.+)\\.(%s|%s)(?:\\.(?!weight$|bias$)([^.]+))?(\\..+)?",
              ends().map(PeftTensors::bare).distinct().collect(Collectors.joining("|")), SAVED));

  /** Names without the word "weight" at their end. */
  private static final Set<String> BARE =
      ends().filter(end -> bare(end).equals(end)).collect(Collectors.toSet());

  private final Path folder;
  private final Map<String, String> nameInFile = new LinkedHashMap<>();
  private final TensorMap tensors;

  private PeftTensors(Path folder, TensorMap tensors) {
    this.folder = folder;
    this.tensors = tensors;
  }

  /**
   * Reads the file of an adapter's folder.
   *
   * @throws WeftException if it is missing or malformed, or holds two adapters, or numbers that are
   *     none
   */
  static PeftTensors read(Path folder) {
    Path file = folder.resolve(PeftAdapter.MODEL);
    if (!Files.exists(file) && Files.exists(folder.resolve(PICKLED))) {
      throw new WeftException(
          Problem.BAD_CHECKPOINT,
          Text.format(
              "%s: only safetensors are read; save the adapter in PEFT with"
                  + " save_pretrained(safe_serialization=True)",
              folder.resolve(PICKLED)));
    }
    PeftTensors read = new PeftTensors(folder, Safetensors.read(file));
    read.refuseWhatIsNotFinite(file);
    read.nameAsToday();
    return read;
  }

  private void refuseWhatIsNotFinite(Path file) {
    tensors
        .asMap()
        .forEach(
            (name, tensor) -> {
              for (int i = 0; i < tensor.size(); i++) {
                if (!Float.isFinite(tensor.at(i))) {
                  throw new WeftException(
                      Problem.BAD_CHECKPOINT,
                      Text.format(
                          "%s: %s holds %s; its training has diverged or the file is damaged, take"
                              + " an earlier one",
                          file, name, Float.toString(tensor.at(i))));
                }
              }
            });
  }

  private void nameAsToday() {
    Set<String> adapters = new TreeSet<>();
    for (String name : tensors.names()) {
      Matcher parts = NAME.matcher(name);
      if (parts.matches()) {
        adapters.add(Optional.ofNullable(parts.group(3)).orElse(""));
      }
      String today = parts.matches() ? today(parts) : name;
      if (nameInFile.put(today, name) != null || adapters.size() > 1) {
        throw bad(Text.format("holds more than one adapter, see %s", name));
      }
    }
  }

  /** What the names of an adapter's tensors end with, without the dot before it. */
  private static Stream<String> ends() {
    return AdapterForm.kinds().stream()
        .flatMap(kind -> kind.peft().stream())
        .flatMap(
            form ->
                Stream.concat(
                    form.layered().values().stream().map(suffix -> suffix.substring(1)),
                    form.shared().values().stream()));
  }

  private static String bare(String end) {
    return end.endsWith(PeftAdapter.WEIGHT)
        ? end.substring(0, end.length() - PeftAdapter.WEIGHT.length())
        : end;
  }

  private static String today(Matcher parts) {
    String rest = Optional.ofNullable(parts.group(4)).orElse("");
    String part = parts.group(2);
    if (part.equals(SAVED)) {
      return parts.group(1) + rest;
    }
    boolean dropped = BARE.contains(part) && rest.equals(PeftAdapter.WEIGHT);
    return parts.group(1) + "." + part + (dropped ? "" : rest);
  }

  /** The names of what has not been taken. */
  Set<String> left() {
    return nameInFile.keySet();
  }

  /** The name in the file of what is called so today. */
  String inFile(String name) {
    return nameInFile.get(name);
  }

  /**
   * A tensor, for the first and last time.
   *
   * @throws WeftException if there is none of this name
   */
  Tensor take(String name) {
    String stored = nameInFile.remove(name);
    if (stored == null) {
      throw bad(Text.format("lacks %s", name));
    }
    return tensors.get(stored);
  }

  private WeftException bad(String what) {
    return new WeftException(
        Problem.BAD_CHECKPOINT,
        Text.format("%s: %s; save the adapter again", folder.resolve(PeftAdapter.MODEL), what));
  }
}
