package acme;

import dev.weft.checkpoint.quantization.QuantScheme;
import dev.weft.checkpoint.quantization.StoredMatrix;
import dev.weft.core.Digest;
import dev.weft.core.tensor.Tensor;
import java.nio.ByteBuffer;

/** -1, 0 or 1 times the mean magnitude of the row, a byte each. */
final class Ternary implements QuantScheme {

  @Override
  public String name() {
    return "ternary";
  }

  @Override
  public StoredMatrix store(Tensor weights) {
    int in = weights.dimension(1);
    float[] values = weights.toArray();
    byte[] codes = new byte[values.length];
    float[] scales = new float[weights.dimension(0)];
    for (int i = 0; i < values.length; i++) {
      scales[i / in] += Math.abs(values[i]) / in;
    }
    for (int i = 0; i < values.length; i++) {
      codes[i] = (byte) Math.max(-1, Math.min(1, Math.rint(values[i] / scales[i / in])));
    }
    return new Matrix(name(), in, codes, scales);
  }

  /** What the engine asks of a matrix: its size, its bytes and its rows. */
  private record Matrix(String scheme, int in, byte[] codes, float[] scales)
      implements StoredMatrix {

    @Override
    public int out() {
      return scales.length;
    }

    @Override
    public long bytes() {
      return codes.length + (long) Float.BYTES * scales.length;
    }

    @Override
    public void addTo(Digest.Builder digest) {
      ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * scales.length);
      bytes.asFloatBuffer().put(scales);
      digest.add(scheme).add(ByteBuffer.wrap(codes)).add(bytes);
    }

    @Override
    public void decodeRows(int from, int to, float[] target) {
      for (int i = from * in; i < to * in; i++) {
        target[i - from * in] = scales[i / in] * codes[i];
      }
    }
  }
}
