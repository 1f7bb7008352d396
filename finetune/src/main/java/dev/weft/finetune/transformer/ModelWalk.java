package dev.weft.finetune.transformer;

import dev.weft.checkpoint.quantization.StoredMatrix;
import dev.weft.core.Digest;
import dev.weft.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * One way through all arrays of a model, which its digest follows: whoever holds the same bytes has
 * the same digest. Keeps none of them.
 */
public final class ModelWalk {
  private final Digest.Builder digest = Digest.builder();
  private long parameters;
  private long bytes;
  private long quantizedParameters;
  private long quantizedBytes;

  private ModelWalk() {}

  /**
   * Sees the arrays in the walk's order, and may pass by any; a vector is empty where the model has
   * none.
   */
  interface Visitor {
    default void tokens(StoredMatrix table) {}

    default void outside(Optional<Tensor> values) {}

    /** A block's arrays are next. */
    default void block() {}

    default void linear(LinearSite site, StoredMatrix matrix) {}

    default void vector(Optional<Tensor> values) {}

    /** The output table of a language model, unless it is the token table. */
    default void output(StoredMatrix table) {}
  }

  /** What the engine would hold of a model, without holding it. */
  public static Holding holding(Family family, ModelWeights weights) {
    return through(family, weights, new Visitor() {});
  }

  static Holding through(Family family, ModelWeights weights, Visitor visitor) {
    ModelWalk walk = new ModelWalk();
    walk.digest.add(weights.scheme());
    visitor.tokens(walk.table(family, weights, family.tokenTable()));
    family.outside().forEach(parameter -> visitor.outside(walk.vector(weights, parameter)));
    for (int layer = 0; layer < family.layers(); layer++) {
      visitor.block();
      family.linears(layer).forEach(site -> visitor.linear(site, walk.linear(weights, site)));
      family.vectors(layer).forEach(parameter -> visitor.vector(walk.vector(weights, parameter)));
    }
    family
        .language()
        .map(LanguageFamily::outputTable)
        .filter(name -> !name.equals(family.tokenTable()))
        .ifPresent(name -> visitor.output(walk.table(family, weights, name)));
    return walk.holding();
  }

  private Holding holding() {
    return new Holding(parameters, bytes, quantizedParameters, quantizedBytes, digest.build());
  }

  private StoredMatrix table(Family family, ModelWeights weights, String name) {
    return counted(name, weights.table(name, family.vocabulary(), family.hidden()));
  }

  private StoredMatrix linear(ModelWeights weights, LinearSite site) {
    StoredMatrix matrix = counted(site.name(), weights.linear(site));
    quantizedParameters += (long) site.out() * site.in();
    quantizedBytes += matrix.bytes();
    return matrix;
  }

  private StoredMatrix counted(String name, StoredMatrix matrix) {
    digest.add(name);
    matrix.addTo(digest);
    parameters += (long) matrix.out() * matrix.in();
    bytes += matrix.bytes();
    return matrix;
  }

  private Optional<Tensor> vector(ModelWeights weights, Family.Parameter parameter) {
    if (parameter.name().isEmpty()) {
      return Optional.empty();
    }
    Tensor values = weights.vector(parameter);
    digest.add(parameter.name()).add(littleEndian(values));
    parameters += values.size();
    bytes += (long) Float.BYTES * values.size();
    return Optional.of(values);
  }

  private static ByteBuffer littleEndian(Tensor values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, values.size()))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values.buffer());
    return bytes;
  }
}
