package dev.weft.core.adapter;

import dev.weft.core.tensor.TensorSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The form {@code W_eff = W0 + s · B · core · A} with {@code A [r, in]}, {@code B [out, r]} and a
 * core between them or none: most of the low-rank literature (methods.md section 6).
 *
 * @param rank r, the inner dimension
 * @param core what stands between the factors
 * @param scale s, usually alpha / r; it belongs to the adapter and travels with it
 * @param trained the parts that clients train and send
 */
public record ChainAdapter(int rank, Core core, float scale, Set<Part> trained)
    implements AdapterForm {
  /** LoRA; a chain with a core is unknown to PEFT. */
  static final FormKind KIND =
      new FormKind(
          "chain",
          0,
          (chain, none) -> chain,
          Optional.of(
              new PeftForm(
                  "LORA",
                  Optional.empty(),
                  Map.of(Part.A, ".lora_A.weight", Part.B, ".lora_B.weight"),
                  Map.of(),
                  Optional.empty(),
                  Map.of(
                      "use_rslora", false, "use_dora", false, "lora_dropout", 0.0, "bias", "none"),
                  ChainAdapter::lora)));

  /** What stands between B and A. */
  public enum Core {
    /** Nothing: plain LoRA. */
    NONE,
    /** A diagonal matrix, kept as a vector {@code [r]}. */
    DIAGONAL,
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
    trained = Collections.unmodifiableSet(EnumSet.copyOf(trained));
    if (core == Core.NONE && trained.contains(Part.CORE)) {
      throw new IllegalArgumentException("trained: an adapter without core cannot train it");
    }
    if (!partsWith(core).containsAll(trained)) {
      throw new IllegalArgumentException("trained: a chain has no such parts as " + trained);
    }
  }

  /** {@code s · B · A} with both factors trained. */
  public static ChainAdapter lora(int rank, float scale) {
    return new ChainAdapter(rank, Core.NONE, scale, partsWith(Core.NONE));
  }

  /** {@code s · B · diag(core) · A} with everything trained. */
  public static ChainAdapter diagonalCore(int rank, float scale) {
    return new ChainAdapter(rank, Core.DIAGONAL, scale, partsWith(Core.DIAGONAL));
  }

  /** {@code s · B · core · A} with everything trained. */
  public static ChainAdapter fullCore(int rank, float scale) {
    return new ChainAdapter(rank, Core.FULL, scale, partsWith(Core.FULL));
  }

  @Override
  public FormKind kind() {
    return KIND;
  }

  @Override
  public Optional<PeftForm> peft() {
    return core == Core.NONE ? KIND.peft() : Optional.empty();
  }

  @Override
  public List<Part> factors() {
    return core == Core.NONE ? List.of(Part.B, Part.A) : List.of(Part.B, Part.CORE, Part.A);
  }

  @Override
  public ChainAdapter chain() {
    return this;
  }

  @Override
  public ChainAdapter with(ChainAdapter chain) {
    return chain;
  }

  @Override
  public ChainAdapter training(Part first, Part... others) {
    EnumSet<Part> parts = EnumSet.of(first, others);
    parts.add(Part.HEAD);
    return new ChainAdapter(rank, core, scale, parts);
  }

  @Override
  public ChainAdapter withRank(int newRank) {
    return new ChainAdapter(newRank, core, scale, trained);
  }

  @Override
  public ChainAdapter withScale(float newScale) {
    return new ChainAdapter(rank, core, newScale, trained);
  }

  @Override
  public Set<Part> parts() {
    return partsWith(core);
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
    List<TensorSchema.Entry> entries = new ArrayList<>();
    entries.add(entry(Part.A, layer, rank, layer.in()));
    switch (core) {
      case NONE -> {}
      case DIAGONAL -> entries.add(entry(Part.CORE, layer, rank));
      case FULL -> entries.add(entry(Part.CORE, layer, rank, rank));
    }
    entries.add(entry(Part.B, layer, layer.out(), rank));
    return entries;
  }

  /** These parts and one number per row of the weight. */
  static Set<Part> withRows(Set<Part> parts) {
    EnumSet<Part> all = EnumSet.copyOf(parts);
    all.add(Part.MAGNITUDE);
    return Collections.unmodifiableSet(all);
  }

  /** A layer's tensors and one number per row of its weight behind them. */
  List<TensorSchema.Entry> entriesWithRows(AdapterTarget.Layer layer) {
    List<TensorSchema.Entry> entries = new ArrayList<>(entries(layer));
    entries.add(entry(Part.MAGNITUDE, layer, layer.out()));
    return entries;
  }

  private static Set<Part> partsWith(Core core) {
    EnumSet<Part> parts = EnumSet.of(Part.A, Part.B, Part.HEAD);
    if (core != Core.NONE) {
      parts.add(Part.CORE);
    }
    return parts;
  }

  private static TensorSchema.Entry entry(Part part, AdapterTarget.Layer layer, Integer... shape) {
    return new TensorSchema.Entry(part.tensorName(layer.name()), List.of(shape));
  }
}
