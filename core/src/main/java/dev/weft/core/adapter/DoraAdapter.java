package dev.weft.core.adapter;

import dev.weft.core.tensor.TensorSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * DoRA: the rows of {@code W0 + s · B · core · A} point the way and a trained magnitude {@code m
 * [out]} says how far, {@code W_eff = m ⊙ (W0 + ΔW) / ‖W0 + ΔW‖_row} with the norm held constant in
 * the gradient (Liu et al., "DoRA: weight-decomposed low-rank adaptation", ICML 2024; methods.md
 * A2). The division makes no mean of its tensors exact, whatever is trained.
 *
 * @param chain the product inside
 */
public record DoraAdapter(ChainAdapter chain) implements AdapterForm {
  static final FormKind KIND =
      new FormKind(
          "dora",
          0,
          (chain, none) -> new DoraAdapter(chain),
          Optional.of(
              new PeftForm(
                  "LORA",
                  Optional.of("use_dora"),
                  Map.of(
                      Part.A, ".lora_A.weight",
                      Part.B, ".lora_B.weight",
                      Part.MAGNITUDE, ".lora_magnitude_vector"),
                  Map.of(),
                  Optional.empty(),
                  Map.of(
                      "use_rslora", false, "use_dora", true, "lora_dropout", 0.0, "bias", "none"),
                  (rank, scale) -> new DoraAdapter(ChainAdapter.lora(rank, scale)))));

  @Override
  public FormKind kind() {
    return KIND;
  }

  @Override
  public Optional<PeftForm> peft() {
    return chain.peft().flatMap(lora -> KIND.peft());
  }

  @Override
  public DoraAdapter with(ChainAdapter newChain) {
    return new DoraAdapter(newChain);
  }

  @Override
  public Set<Part> parts() {
    return ChainAdapter.withRows(chain.parts());
  }

  @Override
  public Set<Part> trained() {
    return ChainAdapter.withRows(chain.trained());
  }

  @Override
  public boolean product() {
    return false;
  }

  @Override
  public boolean trainsAsProduct() {
    return false;
  }

  @Override
  public List<TensorSchema.Entry> entries(AdapterTarget.Layer layer) {
    return chain.entriesWithRows(layer);
  }
}
