package dev.weft.finetune.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.core.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How far back the tokens of each layer see, as transformers reads it of a {@code config.json}:
 * Mistral's window is that of every layer, Qwen2's and Qwen3's has to be switched on and then
 * begins at a layer or is that of the layers listed. Llama and Gemma have none.
 */
record SlidingWindows(JsonFile file, DecoderFamily family, int layers, int positions) {
  private static final String WINDOW = "sliding_window";
  private static final String TYPES = "layer_types";
  private static final String SLIDING = "sliding_attention";
  private static final String FULL = "full_attention";

  /** What transformers takes where a configuration that slides does not say how far. */
  private static final int OTHERWISE = 4096;

  /** Tokens that a token sees, itself included, layer by layer. */
  List<Integer> byLayer() {
    return switch (family) {
      case MISTRAL -> Collections.nCopies(layers, window());
      case QWEN2, QWEN3 -> file.has(TYPES) ? listed() : fromLayer();
      default -> Collections.nCopies(layers, positions);
    };
  }

  /** A window that is {@code null} is none, and one that is left out is the usual one. */
  private int window() {
    return file.isNull(WINDOW)
        ? positions
        : Math.min(positions, file.count(WINDOW, OTHERWISE, Limits.POSITIONS));
  }

  private boolean slides() {
    return file.flag("use_sliding_window", false);
  }

  private List<Integer> fromLayer() {
    int first = slides() ? file.whole("max_window_layers", 28, 0, Integer.MAX_VALUE) : layers;
    List<Integer> windows = new ArrayList<>(Collections.nCopies(layers, positions));
    for (int layer = first; layer < layers; layer++) {
      windows.set(layer, window());
    }
    return windows;
  }

  private List<Integer> listed() {
    JsonNode types = file.fields().get(TYPES);
    if (!types.isArray() || types.size() != layers) {
      throw file.bad(Text.format("gives %s that are not a list of %d names", TYPES, layers));
    }
    List<Integer> windows = new ArrayList<>();
    for (JsonNode type : types) {
      switch (type.asText()) {
        case FULL -> windows.add(positions);
        case SLIDING -> windows.add(listedWindow());
        default ->
            throw file.unsupported(
                Text.format("%s %s", TYPES, JsonFile.shown(type)),
                Text.format("%s and %s", FULL, SLIDING));
      }
    }
    return windows;
  }

  private int listedWindow() {
    if (!slides() || file.isNull(WINDOW)) {
      throw file.bad(Text.format("lists %s in %s but switches its window off", SLIDING, TYPES));
    }
    return window();
  }
}
