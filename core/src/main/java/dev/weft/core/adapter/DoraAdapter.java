package dev.weft.core.adapter;

import dev.weft.core.tensor.TensorSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
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

  @Override
  public DoraAdapter with(ChainAdapter newChain) {
    return new DoraAdapter(newChain);
  }

  @Override
  public Set<Part> parts() {
    return withMagnitude(chain.parts());
  }

  @Override
  public Set<Part> trained() {
    return withMagnitude(chain.trained());
  }

  @Override
  public boolean product() {
    return false;
  }

  @Override
  public String describe() {
    return chain.describe() + " under a magnitude";
  }

  @Override
  public List<TensorSchema.Entry> entries(AdapterTarget.Layer layer) {
    List<TensorSchema.Entry> entries = new ArrayList<>(chain.entries(layer));
    entries.add(
        new TensorSchema.Entry(Part.MAGNITUDE.tensorName(layer.name()), List.of(layer.out())));
    return entries;
  }

  private static Set<Part> withMagnitude(Set<Part> parts) {
    EnumSet<Part> all = EnumSet.copyOf(parts);
    all.add(Part.MAGNITUDE);
    return Collections.unmodifiableSet(all);
  }
}
