package dev.weft.finetune.quantization;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.finetune.checkpoint.ElementType;
import dev.weft.finetune.checkpoint.RawTensor;
import java.nio.IntBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Checkpoints of llm-compressor, vLLM and DeepSeek (quantization.md F8): packed integers, int8 or
 * float8 weights with scales per tensor, row, group or tile. The arrays say which of them a layer
 * is; activations stay float32.
 *
 * @param tileHeight rows of a tile, where scales come in tiles
 * @param tileWidth columns of a tile
 */
record CompressedTensors(int tileHeight, int tileWidth) implements WeightFormat {
  private static final Set<ElementType> FLOAT8 =
      EnumSet.of(ElementType.F8_E4M3, ElementType.F8_E5M2);
  private static final Set<String> READABLE =
      Set.of(
          "dense",
          "pack-quantized",
          "int-quantized",
          "float-quantized",
          "naive-quantized",
          "mixed-precision");
  private static final int DEFAULT_TILE = 128;

  static CompressedTensors of(JsonNode config, Planes planes) {
    String format = config.path("format").asText("dense");
    if (!READABLE.contains(format)) {
      throw planes.unsupported(
          "the compressed-tensors format \"%s\" cannot be read; use pack-quantized, int-quantized"
              + " or float-quantized",
          format);
    }
    JsonNode group = config.path("config_groups").path("group_0");
    return tiles(group.path("weights").path("block_structure"), planes);
  }

  /** DeepSeek's form, whose {@code weight_scale_inv} is multiplied by, whatever its name says. */
  static CompressedTensors fp8(JsonNode config, Planes planes) {
    return tiles(config.path("weight_block_size"), planes);
  }

  private static CompressedTensors tiles(JsonNode size, Planes planes) {
    if (!size.isArray()) {
      return new CompressedTensors(DEFAULT_TILE, DEFAULT_TILE);
    }
    int height = size.path(0).asInt();
    int width = size.path(1).asInt();
    if (height < 1 || width < 1) {
      throw planes.unsupported(
          "weight blocks of %s cannot be read; both sizes must be positive", size);
    }
    return new CompressedTensors(height, width);
  }

  @Override
  public Optional<StoredMatrix> find(Planes planes, String linear, int out, int in) {
    if (planes.has(linear + ".weight_global_scale")) {
      throw planes.unsupported(
          "%s is in the format nvfp4, which cannot be read; use pack-quantized, int-quantized or"
              + " float-quantized",
          linear);
    }
    if (planes.has(linear + ".weight_packed")) {
      return Optional.of(packed(planes, linear, out, in));
    }
    for (String scale : List.of(".weight_scale", ".weight_scale_inv")) {
      if (planes.has(linear + scale)) {
        return Optional.of(plain(planes, linear, linear + scale, out, in));
      }
    }
    return Optional.empty();
  }

  private static StoredMatrix packed(Planes planes, String linear, int out, int in) {
    RawTensor stored = planes.take(linear + ".weight_packed", Planes.INT32);
    int wordsPerRow = stored.shape().size() == 2 ? stored.shape().get(1) : 0;
    int bits = wordsPerRow == PackedWords.wordsFor(in, 4) ? 4 : 8;
    planes.requireShape(stored, List.of(out, PackedWords.wordsFor(in, bits)));
    RawTensor scales = planes.take(linear + ".weight_scale", Planes.FLOATS);
    int perRow = scales.shape().size() == 2 ? Math.max(1, scales.shape().get(1)) : 1;
    planes.requireShape(scales, List.of(out, perRow));
    int width = (in - 1) / perRow + 1;
    Groups groups =
        planes
            .find(linear + ".weight_g_idx")
            .map(order -> permuted(planes, order, perRow, in))
            .orElse(Groups.alongRows(in, width));
    return new GroupedMatrix(
        Text.format("packed-int%d%s", bits, perRow == 1 ? "" : "-g" + width),
        out,
        in,
        new Codes.PackedRows(new PackedWords(stored.bytes(), bits), wordsPerRow, 1, in),
        groups,
        new Elements(scales),
        packedZeros(planes, linear + ".weight_zero_point", bits, out, perRow));
  }

  private static Groups permuted(Planes planes, RawTensor order, int perRow, int in) {
    IntBuffer ofColumn = planes.take(order.name(), Planes.INT32, in).bytes().asIntBuffer();
    return Groups.permuted(Gptq.checked(planes, order.name(), ofColumn, perRow), perRow, perRow, 1);
  }

  /** Codes are signed numbers plus half their range; so is the zero, packed along the output. */
  private static GroupValues packedZeros(
      Planes planes, String name, int bits, int out, int perRow) {
    if (!planes.has(name)) {
      return GroupValues.constant(1 << (bits - 1));
    }
    int words = PackedWords.wordsFor(out, bits);
    return new PackedZeros(planes.words(name, bits, words, perRow), perRow);
  }

  private StoredMatrix plain(Planes planes, String linear, String scaleName, int out, int in) {
    RawTensor stored = planes.take(linear + ".weight", withInt8(FLOAT8), out, in);
    RawTensor scales = planes.take(scaleName, Planes.FLOATS);
    Groups groups = groups(planes, scales, out, in);
    String zeroName = linear + ".weight_zero_point";
    GroupValues zeros =
        planes.has(zeroName)
            ? new Elements(
                planes.take(zeroName, Planes.INT8, scales.shape().toArray(Integer[]::new)))
            : GroupValues.constant(0);
    return new GroupedMatrix(
        stored.type() == ElementType.I8 ? "int8" : "fp8",
        out,
        in,
        new Codes.Plain(new Elements(stored), in),
        groups,
        new Elements(scales),
        zeros);
  }

  /**
   * One scale for all, one per row, several per row or one per tile, by the shape of the scales.
   */
  private Groups groups(Planes planes, RawTensor scales, int out, int in) {
    List<Integer> shape = scales.shape();
    if (scales.elements() == 1) {
      return Groups.whole(in);
    }
    if (shape.equals(List.of(out))) {
      return Groups.alongRows(in, in);
    }
    int tileRows = (out - 1) / tileHeight + 1;
    int tileColumns = (in - 1) / tileWidth + 1;
    if (shape.equals(List.of(tileRows, tileColumns))) {
      return Groups.tiles(in, tileHeight, tileWidth);
    }
    int perRow = shape.size() == 2 ? Math.max(1, shape.get(1)) : 1;
    planes.requireShape(scales, List.of(out, perRow));
    return Groups.alongRows(in, (in - 1) / perRow + 1);
  }

  private static Set<ElementType> withInt8(Set<ElementType> types) {
    Set<ElementType> all = EnumSet.copyOf(types);
    all.add(ElementType.I8);
    return all;
  }

  /** Zeros in words [out / numbers per word, groups]. */
  private record PackedZeros(PackedWords words, int perRow) implements GroupValues {

    @Override
    public float at(int group) {
      return words.at(group % perRow, perRow, group / perRow);
    }

    @Override
    public long bytes() {
      return words.bytes();
    }

    @Override
    public void addTo(Digest.Builder digest) {
      words.addTo(digest);
    }
  }
}
