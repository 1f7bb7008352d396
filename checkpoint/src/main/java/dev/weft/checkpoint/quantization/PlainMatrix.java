package dev.weft.checkpoint.quantization;

import dev.weft.checkpoint.ElementType;
import dev.weft.core.Digest;
import dev.weft.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Values held one by one: float32, float16, bfloat16, float8. */
public record PlainMatrix(int out, int in, Elements elements) implements StoredMatrix {

  /** float32 values, copied outside the heap. */
  static PlainMatrix of(Tensor weights) {
    ByteBuffer bytes = Memory.bytes((long) Float.BYTES * weights.size());
    bytes.asFloatBuffer().put(weights.buffer());
    return new PlainMatrix(
        weights.dimension(0), weights.dimension(1), new Elements(ElementType.F32, bytes));
  }

  @Override
  public String scheme() {
    return elements.type().name().toLowerCase(Locale.ROOT);
  }

  @Override
  public long bytes() {
    return elements.bytes();
  }

  @Override
  public void addTo(Digest.Builder digest) {
    digest.add(scheme());
    elements.addTo(digest);
  }

  @Override
  public void decodeRows(int from, int to, float[] target) {
    elements.read(from * in, (to - from) * in, target);
  }

  @Override
  public OptionalLong firstNotFinite() {
    OptionalInt found = elements.firstNotFinite();
    return found.isPresent() ? OptionalLong.of(found.getAsInt()) : OptionalLong.empty();
  }
}
