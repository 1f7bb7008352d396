package dev.weft.finetune.quantization;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * HQQ checkpoints with groups along the input (quantization.md F10; Badri and Shaji,
 * "Half-quadratic quantization", 2023): zeros are floats, and a byte holds codes from distant rows.
 *
 * @param group columns per group
 */
record Hqq(int bits, int group) implements WeightFormat {

  static Hqq of(JsonNode config, Planes planes) {
    JsonNode parameters = config.path("quant_config").path("weight_quant_params");
    int bits = parameters.path("nbits").asInt();
    int group = parameters.path("group_size").asInt();
    if (!List.of(1, 2, 4, 8).contains(bits) || group < 1 || parameters.path("axis").asInt(1) != 1) {
      throw planes.unsupported(
          "HQQ weights with %s cannot be read; use 1, 2, 4 or 8 bits, groups and axis 1",
          parameters);
    }
    return new Hqq(bits, group);
  }

  @Override
  public Optional<StoredMatrix> find(Planes planes, String linear, int out, int in) {
    if (!planes.has(linear + ".W_q")) {
      return Optional.empty();
    }
    int perByte = 8 / bits;
    int groups = Math.multiplyExact(out, in) / group;
    if (in % group != 0 || groups % perByte != 0) {
      throw planes.unsupported(
          "%s.W_q has groups of %d that reach over rows of %d, which cannot be read; use a group"
              + " size that divides them",
          linear, group, in);
    }
    ByteBuffer codes = planes.take(linear + ".W_q", Planes.UINT8, groups / perByte, group).bytes();
    return Optional.of(
        new GroupedMatrix(
            Text.format("hqq-int%d-g%d", bits, group),
            out,
            in,
            new StackedCodes(codes, bits, in),
            Groups.alongRows(in, group),
            planes.elements(linear + ".scale", Planes.FLOATS, groups, 1),
            planes.elements(linear + ".zero", Planes.FLOATS, groups, 1)));
  }

  /** The matrix cut into as many layers as a byte has codes; the first is in the highest bits. */
  private record StackedCodes(ByteBuffer stored, int bits, int in) implements Codes {

    @Override
    public void read(int from, int to, float[] target) {
      int layer = stored.remaining();
      int mask = (1 << bits) - 1;
      for (int i = from * in; i < to * in; i++) {
        int shift = 8 - bits * (i / layer + 1);
        target[i - from * in] = stored.get(i % layer) >> shift & mask;
      }
    }

    @Override
    public long bytes() {
      return stored.remaining();
    }

    @Override
    public void addTo(Digest.Builder digest) {
      digest.add(stored);
    }
  }
}
