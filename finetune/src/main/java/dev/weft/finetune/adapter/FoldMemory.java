package dev.weft.finetune.adapter;

import dev.weft.finetune.transformer.LinearSite;
import java.util.HashMap;
import java.util.Map;

/**
 * What a form keeps of its last {@link NativeForm#fold} at each layer for the gradients of the same
 * pass. The backward pass folds for its own sake before it asks for a layer's gradients, so what is
 * kept lives as long as the folded weight. A pass is the work of one thread, so threads that go
 * through one adapter at once do not meet here.
 */
final class FoldMemory<T> {
  private final ThreadLocal<Map<LinearSite, T>> kept = ThreadLocal.withInitial(HashMap::new);

  void keep(LinearSite site, T value) {
    kept.get().put(site, value);
  }

  /** What was kept last, once. */
  T take(LinearSite site) {
    return kept.get().remove(site);
  }
}
