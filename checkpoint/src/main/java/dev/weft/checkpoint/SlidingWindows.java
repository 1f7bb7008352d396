package dev.weft.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.core.Text;
import dev.weft.core.error.WeftException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How far back the tokens of each layer see, in the words of a {@code config.json}. */
public record SlidingWindows(JsonFile file, int layers, int positions) {
  private static final String WINDOW = "sliding_window";
  private static final String TYPES = "layer_types";
  static final String SLIDING = "sliding_attention";
  static final String FULL = "full_attention";

  /** What transformers takes where a configuration that slides does not say how far. */
  private static final int OTHERWISE = 4096;

  /** A window that is {@code null} is none, and one that is left out is the usual one. */
  public int window() {
    return file.isNull(WINDOW)
        ? positions
        : Math.min(positions, file.count(WINDOW, OTHERWISE, Limits.POSITIONS));
  }

  /** Whether every layer is said to slide or not. */
  public boolean areListed() {
    return file.has(TYPES);
  }

  /** The window in all layers from this one on. */
  public List<Integer> from(int first) {
    List<Integer> windows = new ArrayList<>(Collections.nCopies(layers, positions));
    for (int layer = first; layer < layers; layer++) {
      windows.set(layer, window());
    }
    return windows;
  }

  /**
   * The window in those layers that slide.
   *
   * @param slides whether the model's window is switched on
   */
  public List<Integer> listed(boolean slides) {
    return areSliding().stream()
        .map(sliding -> sliding ? listedWindow(slides) : positions)
        .toList();
  }

  /** Layer by layer, whether it is listed as one that slides. */
  public List<Boolean> areSliding() {
    JsonNode types = file.fields().get(TYPES);
    if (!types.isArray() || types.size() != layers) {
      throw file.bad(Text.format("gives %s that are not a list of %d names", TYPES, layers));
    }
    List<Boolean> sliding = new ArrayList<>();
    for (JsonNode type : types) {
      switch (type.asText()) {
        case FULL -> sliding.add(false);
        case SLIDING -> sliding.add(true);
        default ->
            throw file.unsupported(
                Text.format("%s %s", TYPES, JsonFile.shown(type)),
                Text.format("%s and %s", FULL, SLIDING));
      }
    }
    return sliding;
  }

  private int listedWindow(boolean slides) {
    if (!slides) {
      throw switchedOff();
    }
    return neededWindow();
  }

  /** The window of a model some of whose layers slide. */
  public int neededWindow() {
    if (file.isNull(WINDOW)) {
      throw switchedOff();
    }
    return window();
  }

  private WeftException switchedOff() {
    return file.bad(Text.format("lists %s in %s but switches its window off", SLIDING, TYPES));
  }
}
