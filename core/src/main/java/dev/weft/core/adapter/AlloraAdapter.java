package dev.weft.core.adapter;

import dev.weft.core.tensor.TensorSchema;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * ALLoRA: a chain whose factors learn faster where they are still small. The gradient of row i of
 * the product is multiplied by {@code f_i = 1 / sqrt(‖(B · core · A)_i‖₂ + 1/η²)} before it reaches
 * the factors; what flows on to the layer's input is not touched (Huang and Balestriero, "ALLoRA:
 * adaptive learning rate mitigates LoRA fatal flaws", 2024; methods.md A25). It answers exactly as
 * its chain does.
 *
 * @param chain the product
 * @param eta η, the factor of a row that is zero
 */
public record AlloraAdapter(ChainAdapter chain, float eta) implements AdapterForm {
  /** PEFT takes it for its chain, as which it answers. */
  static final FormKind KIND =
      new FormKind(
          "allora",
          1,
          (chain, numbers) -> new AlloraAdapter(chain, numbers.get(0)),
          Optional.empty());

  public AlloraAdapter {
    if (!(eta > 0) || Float.isInfinite(eta)) {
      throw new IllegalArgumentException("eta: must be positive and finite, got " + eta);
    }
  }

  @Override
  public FormKind kind() {
    return KIND;
  }

  @Override
  public List<Float> numbers() {
    return List.of(eta);
  }

  @Override
  public Optional<PeftForm> peft() {
    return chain.peft();
  }

  @Override
  public AlloraAdapter with(ChainAdapter newChain) {
    return new AlloraAdapter(newChain, eta);
  }

  @Override
  public Set<Part> parts() {
    return chain.parts();
  }

  @Override
  public Set<Part> trained() {
    return chain.trained();
  }

  @Override
  public boolean product() {
    return true;
  }

  @Override
  public boolean trainsAsProduct() {
    return false;
  }

  @Override
  public List<TensorSchema.Entry> entries(AdapterTarget.Layer layer) {
    return chain.entries(layer);
  }
}
