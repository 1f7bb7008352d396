package dev.weft.finetune.quantization;

import dev.weft.core.Digest;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.checkpoint.ElementType;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Values held one by one: float32, float16, bfloat16, float8. */
record PlainMatrix(int out, int in, Elements elements) implements StoredMatrix {

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

  /** float32 is used where it lies; halves are widened by libtorch, which knows their types. */
  @Override
  public NativeMatrix upload(Arena owner, Kernels kernels) {
    return switch (elements.type()) {
      case F32 -> {
        ByteBuffer values = Memory.outsideHeap(elements.stored(), Float.BYTES);
        yield new NativeFloats(out, in, owner.viewFloats(values, out, in), kernels);
      }
      case F16 -> widened(owner, kernels, 5);
      case BF16 -> widened(owner, kernels, 15);
      default -> new RowDecoded(this, kernels);
    };
  }

  private NativeMatrix widened(Arena owner, Kernels kernels, int torchType) {
    ByteBuffer halves = Memory.outsideHeap(elements.stored(), Short.BYTES);
    NativeArray bytes = owner.view(halves, out, Short.BYTES * in);
    return new NativeHalves(out, in, bytes, torchType, kernels);
  }
}
