package dev.weft.core.adapter;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.tensor.TensorSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/**
 * The form {@code W_eff = W0 + s · B · core · A} with {@code A [r, in]}, {@code core [r, r]} or
 * absent, {@code B [out, r]}: most of the low-rank literature (methods.md section 6).
 *
 * @param rank r, the inner dimension
 * @param core what stands between the factors
 * @param scale s, usually alpha / r; it belongs to the adapter and travels with it
 * @param trained the parts that clients train and send
 */
public record ChainAdapter(int rank, Core core, float scale, Set<Part> trained) {

  /** What stands between B and A. */
  public enum Core {
    /** Nothing: plain LoRA. */
    NONE,
    /** A full matrix {@code [r, r]}. */
    FULL
  }

  public ChainAdapter {
    if (rank < 1) {
      throw new IllegalArgumentException("rank: must be at least 1, got " + rank);
    }
    if (!(scale > 0) || Float.isInfinite(scale)) {
      throw new IllegalArgumentException("scale: must be positive and finite, got " + scale);
    }
    if (trained.isEmpty()) {
      throw new IllegalArgumentException("trained: at least one part must be trained");
    }
    if (core == Core.NONE && trained.contains(Part.CORE)) {
      throw new IllegalArgumentException("trained: an adapter without core cannot train it");
    }
    trained = Collections.unmodifiableSet(EnumSet.copyOf(trained));
  }

  /** {@code s · B · A} with both factors trained. */
  public static ChainAdapter lora(int rank, float scale) {
    return new ChainAdapter(rank, Core.NONE, scale, EnumSet.of(Part.A, Part.B, Part.HEAD));
  }

  /** {@code s · B · core · A} with everything trained. */
  public static ChainAdapter fullCore(int rank, float scale) {
    return new ChainAdapter(rank, Core.FULL, scale, EnumSet.allOf(Part.class));
  }

  /** This form with only the given parts trained, besides the head. */
  public ChainAdapter training(Part first, Part... others) {
    EnumSet<Part> parts = EnumSet.of(first, others);
    parts.add(Part.HEAD);
    return new ChainAdapter(rank, core, scale, parts);
  }

  /** This form at another rank, with the same scale. */
  public ChainAdapter withRank(int newRank) {
    return new ChainAdapter(newRank, core, scale, trained);
  }

  /** The parts this form has, in canonical order. */
  public Set<Part> parts() {
    return core == Core.FULL
        ? EnumSet.allOf(Part.class)
        : EnumSet.complementOf(EnumSet.of(Part.CORE));
  }

  /** How many trained factors each layer has; one means that averaging is exact (fact 1). */
  public int trainedFactors() {
    return (int) trained.stream().filter(part -> part != Part.HEAD).count();
  }

  /**
   * Names and shapes of this form's tensors on a target, in canonical order: layer by layer A,
   * core, B, then the head.
   *
   * @throws WeftException if the rank is larger than an adapted layer allows
   */
  public TensorSchema schema(AdapterTarget target) {
    if (rank > target.largestRank()) {
      throw new WeftException(
          Problem.RANK_TOO_LARGE,
          "rank %d is larger than the smallest adapted layer allows; set method.rank to at most %d"
              .formatted(rank, target.largestRank()));
    }
    List<TensorSchema.Entry> entries = new ArrayList<>();
    for (AdapterTarget.Layer layer : target.layers()) {
      entries.add(entry(Part.A.tensorName(layer.name()), rank, layer.in()));
      if (core == Core.FULL) {
        entries.add(entry(Part.CORE.tensorName(layer.name()), rank, rank));
      }
      entries.add(entry(Part.B.tensorName(layer.name()), layer.out(), rank));
    }
    AdapterTarget.Head head = target.head();
    entries.add(entry(AdapterTarget.Head.WEIGHT, head.classes(), head.features()));
    entries.add(entry(AdapterTarget.Head.BIAS, head.classes()));
    return new TensorSchema(entries);
  }

  /** The tensors of {@link #schema}, all zero. */
  public TensorMap zeros(AdapterTarget target) {
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    schema(target)
        .entries()
        .forEach(entry -> tensors.put(entry.name(), Tensor.zeros(entry.dimensions())));
    return TensorMap.of(tensors);
  }

  private static TensorSchema.Entry entry(String name, Integer... shape) {
    return new TensorSchema.Entry(name, List.of(shape));
  }
}
