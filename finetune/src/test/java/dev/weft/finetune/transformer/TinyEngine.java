package dev.weft.finetune.transformer;

import dev.weft.checkpoint.quantization.QuantSchemes;
import dev.weft.core.adapter.Adapter;
import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Precision;
import java.util.List;
import java.util.Optional;

/** A {@link TinyModel} in native memory. */
public final class TinyEngine implements AutoCloseable {
  public final TinyModel model;
  public final Arena arena = Arena.open();
  public final Kernels kernels;
  public final FrozenTransformer frozen;

  /** Unquantized, in float32. */
  public TinyEngine(TinyModel model) {
    this(model, "none", Precision.FLOAT32);
  }

  public TinyEngine(TinyModel model, String quantization, Precision precision) {
    this.model = model;
    this.kernels = Kernels.ofModel(arena, model.family().kernel());
    this.frozen =
        FrozenTransformer.load(
            arena,
            kernels,
            model.family(),
            model.weights(QuantSchemes.named(quantization)),
            precision);
  }

  /** Without a frozen prefix. */
  public Transformer transformer() {
    return new Transformer(frozen, kernels, 0, Optional.empty());
  }

  /** Adapters of {@link TinyModel#randomAdapter}'s target, one per lane. */
  public NativeAdapter attach(Arena owner, Adapter... lanes) {
    return new NativeAdapter(owner, kernels, List.of(lanes), model.sites(), List.of());
  }

  @Override
  public void close() {
    arena.close();
  }
}
