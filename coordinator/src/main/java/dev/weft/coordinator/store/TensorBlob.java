package dev.weft.coordinator.store;

import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named tensors as bytes that describe themselves and keep their order: the number of tensors, then
 * name, dimensions and little-endian float32 values of each. For bytes whose digest was checked.
 */
final class TensorBlob {
  private TensorBlob() {}

  static byte[] encode(TensorMap tensors) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(tensors.names().size());
    for (Map.Entry<String, Tensor> entry : tensors.asMap().entrySet()) {
      Tensor tensor = entry.getValue();
      out.writeUTF(entry.getKey());
      out.writeInt(tensor.shape().size());
      for (int dimension : tensor.shape()) {
        out.writeInt(dimension);
      }
      byte[] values = new byte[Float.BYTES * tensor.size()];
      tensor.writeTo(ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN));
      out.write(values);
    }
    return bytes.toByteArray();
  }

  static TensorMap decode(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      String name = in.readUTF();
      int[] shape = new int[in.readInt()];
      for (int axis = 0; axis < shape.length; axis++) {
        shape[axis] = in.readInt();
      }
      float[] values = new float[Math.toIntExact(Tensor.elements(shape))];
      ByteBuffer.wrap(in.readNBytes(Float.BYTES * values.length))
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(values);
      tensors.put(name, Tensor.of(values, shape));
    }
    return TensorMap.of(tensors);
  }
}
