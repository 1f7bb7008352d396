package dev.weft.finetune.adapter;

import dev.weft.finetune.transformer.LinearSite;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a form keeps of its last {@link NativeForm#fold} at each layer for the gradients of the same
 * pass. The backward pass folds for its own sake before it asks for a layer's gradients, so what is
 * kept lives as long as the folded weight. Threads that only measure one adapter together keep for
 * nothing, and harm nothing.
 */
final class FoldMemory<T> {
  private final Map<LinearSite, T> kept = new ConcurrentHashMap<>();

  void keep(LinearSite site, T value) {
    kept.put(site, value);
  }

  /** What was kept last, once. */
  T take(LinearSite site) {
    return kept.remove(site);
  }
}
