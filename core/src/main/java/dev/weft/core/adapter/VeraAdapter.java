package dev.weft.core.adapter;

import dev.weft.core.tensor.TensorSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * VeRA: a vector on either side of a factor that stays as it was drawn, {@code ΔW = s · diag(b) · B
 * · diag(d) · A} with b {@code [out]} and d {@code [r]} (Kopiczko et al., "VeRA: vector-based
 * random matrix adaptation", ICLR 2024). It is bilinear in the two, so a mean of both is not exact;
 * a mean of one of them is.
 *
 * @param chain the factors and d between them, a diagonal; b always trains
 */
public record VeraAdapter(ChainAdapter chain) implements AdapterForm {
  /** PEFT's VeRA has one A and one B for all layers, and no scale. */
  static final FormKind KIND =
      new FormKind(
          "vera",
          0,
          (chain, none) -> new VeraAdapter(chain),
          Optional.of(
              new PeftForm(
                  "VERA",
                  Optional.empty(),
                  Map.of(Part.CORE, ".vera_lambda_d", Part.MAGNITUDE, ".vera_lambda_b"),
                  Map.of(Part.A, "vera_A", Part.B, "vera_B"),
                  Optional.of(Part.MAGNITUDE),
                  Map.of(
                      "vera_dropout",
                      0.0,
                      "save_projection",
                      true,
                      "projection_prng_key",
                      0,
                      "d_initial",
                      0.1,
                      "bias",
                      "none"),
                  VeraAdapter::of)));

  public VeraAdapter {
    if (chain.core() != ChainAdapter.Core.DIAGONAL) {
      throw new IllegalArgumentException("chain: must have a diagonal core, got " + chain);
    }
  }

  /** Of which the two vectors train. */
  public static VeraAdapter of(int rank, float scale) {
    return new VeraAdapter(ChainAdapter.diagonalCore(rank, scale).training(Part.CORE));
  }

  @Override
  public FormKind kind() {
    return KIND;
  }

  @Override
  public VeraAdapter with(ChainAdapter newChain) {
    return new VeraAdapter(newChain);
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
  public List<Part> factors() {
    return List.of(Part.MAGNITUDE, Part.B, Part.CORE, Part.A);
  }

  @Override
  public boolean product() {
    return true;
  }

  @Override
  public boolean trainsAsProduct() {
    return true;
  }

  @Override
  public List<TensorSchema.Entry> entries(AdapterTarget.Layer layer) {
    return chain.entriesWithRows(layer);
  }
}
