package dev.weft.checkpoint.quantization;

import dev.weft.checkpoint.JsonFile;
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
  private static final String CODES = ".W_q";

  /** Flags of forms that Weft does not read. */
  private static final List<String> NOT_READ =
      List.of(".view_as_float", ".quant_scale", ".quant_zero", ".offload_meta");

  /** Types and shapes of the arrays themselves, and how the tool came by the codes. */
  private static final String[] TOLD_BY_ARRAYS = {
    ".packing",
    ".compute_dtype",
    ".unpack_view_dtype",
    ".encoded_state_dict",
    ".stores_quant_config",
    ".channel_wise",
    ".optimize",
    ".round_zero"
  };

  static Hqq of(JsonFile config) {
    JsonFile parameters = config.object("quant_config").object("weight_quant_params");
    int bits = parameters.whole("nbits", 0, 0, 32);
    int group = parameters.whole("group_size", 0, 0, 1 << 24);
    int axis = parameters.whole("axis", 1, 0, 8);
    if (!List.of(1, 2, 4, 8).contains(bits) || group < 1 || axis != 1) {
      throw config.unsupported(
          Text.format("HQQ weights of %d bits, groups of %d and axis %d", bits, group, axis),
          "1, 2, 4 or 8 bits, groups and axis 1");
    }
    return new Hqq(bits, group);
  }

  @Override
  public Optional<StoredMatrix> find(Planes planes, int out, int in) {
    if (!planes.has(CODES)) {
      return Optional.empty();
    }
    int perByte = 8 / bits;
    int groups = Math.multiplyExact(out, in) / group;
    if (in % group != 0 || groups % perByte != 0) {
      throw planes.unsupported(
          CODES,
          "has groups of %d that reach over rows of %d, which cannot be read; use a group size that"
              + " divides them",
          group,
          in);
    }
    requireAgreement(planes, out, in);
    ByteBuffer codes = planes.take(CODES, Planes.UINT8, groups / perByte, group).bytes();
    return Optional.of(
        new GroupedMatrix(
            Text.format("hqq-int%d-g%d", bits, group),
            out,
            in,
            new StackedCodes(codes, bits, in),
            Groups.alongRows(in, group),
            planes.elements(".scale", Planes.FLOATS, groups, 1),
            planes.elements(".zero", Planes.FLOATS, groups, 1)));
  }

  /** Every layer repeats what the configuration says. */
  private void requireAgreement(Planes planes, int out, int in) {
    require(planes, ".nbits", bits);
    require(planes, ".group_size", group);
    require(planes, ".axis", 1);
    for (String plane : NOT_READ) {
      require(planes, plane, 0);
    }
    planes.requireSaidShape(".shape", out, in);
    planes.pass(TOLD_BY_ARRAYS);
  }

  private static void require(Planes planes, String plane, long value) {
    planes
        .number(plane)
        .filter(said -> said != value)
        .ifPresent(
            said -> {
              throw planes.malformed(
                  plane,
                  "says %d where %d is declared; use weights and configuration of one export",
                  said,
                  value);
            });
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
