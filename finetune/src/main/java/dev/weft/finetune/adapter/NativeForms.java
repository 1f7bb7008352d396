package dev.weft.finetune.adapter;

import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AlloraAdapter;
import dev.weft.core.adapter.DoraAdapter;
import dev.weft.core.adapter.HadamardAdapter;
import dev.weft.finetune.kernels.Kernels;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The engine's side of every form: that of products for what trains as one, and one of its own, a
 * file and a line here, for what does not. What stands in the way of a product's gradients alone,
 * as ALLoRA's factors do, is a hook of the training and needs none.
 */
final class NativeForms {
  private static final Map<
          Class<? extends AdapterForm>, BiFunction<Kernels, AdapterForm, NativeForm>>
      OWN =
          Map.of(
              DoraAdapter.class, NativeDora::new,
              AlloraAdapter.class, NativeProduct::new,
              HadamardAdapter.class, NativeHadamard::new);

  private NativeForms() {}

  /**
   * The engine's side of a form.
   *
   * @throws IllegalArgumentException if it trains in a way of its own and nobody has said how
   */
  static NativeForm of(Kernels kernels, AdapterForm form) {
    if (form.trainsAsProduct()) {
      return new NativeProduct(kernels, form);
    }
    return Optional.ofNullable(OWN.get(form.getClass()))
        .orElseThrow(() -> new IllegalArgumentException("form: has no engine, " + form))
        .apply(kernels, form);
  }
}
