package dev.weft.core.adapter;

import dev.weft.core.tensor.TensorSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A pair of factors that multiplies the weight entry by entry, {@code W_eff = W0 ⊙ (1 + s · B · A)}
 * (Huang et al., "HiRA: parameter-efficient Hadamard high-rank adaptation for large language
 * models", ICLR 2025). The change {@code W0 ⊙ (s · B · A)} can have any rank; it is linear in each
 * factor, so a mean of one of them is exact.
 *
 * <p>Where the rows of A say which columns belong to which group of a row ({@link Origin.Groups}),
 * B holds the relative changes of the groups' scales: {@code (s0 + Δs) ⊙ (q − z) = W0 ⊙ (1 + Δs /
 * s0)} is PEQA on a base of any format (quantization.md M4).
 *
 * @param chain the pair; a core between its factors is refused
 */
public record HadamardAdapter(ChainAdapter chain) implements AdapterForm {
  /** HiRA, which knows no scale. */
  static final FormKind KIND =
      new FormKind(
          "hadamard",
          0,
          (chain, none) -> new HadamardAdapter(chain),
          Optional.of(
              new PeftForm(
                  "HIRA",
                  Optional.empty(),
                  Map.of(Part.A, ".hira_A", Part.B, ".hira_B"),
                  Map.of(),
                  Optional.of(Part.B),
                  Map.of("hira_dropout", 0.0, "rank_pattern", Map.of()),
                  (rank, scale) -> new HadamardAdapter(ChainAdapter.lora(rank, scale)))));

  public HadamardAdapter {
    if (chain.core() != ChainAdapter.Core.NONE) {
      throw new IllegalArgumentException("chain: must have no core, got " + chain);
    }
  }

  @Override
  public FormKind kind() {
    return KIND;
  }

  @Override
  public HadamardAdapter with(ChainAdapter newChain) {
    return new HadamardAdapter(newChain);
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
    return false;
  }

  @Override
  public boolean affine() {
    return trainedFactors() <= 1;
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
