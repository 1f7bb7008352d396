package dev.weft.checkpoint.quantization;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.checkpoint.ElementType;
import dev.weft.checkpoint.JsonFile;
import dev.weft.checkpoint.RawTensor;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * float8 weights as DeepSeek and transformers save them (quantization.md F8): a scale per tile,
 * called {@code weight_scale_inv} and multiplied by whatever its name says, or {@code weight_scale}
 * per tensor or row.
 *
 * @param tile rows and columns of a tile, where the configuration says them
 */
record Fp8(Optional<Tile> tile) implements WeightFormat {
  private static final Set<ElementType> FLOAT8 =
      EnumSet.of(ElementType.F8_E4M3, ElementType.F8_E5M2);

  private static final String TILE_SCALE = ".weight_scale_inv";
  private static final String SCALE = ".weight_scale";

  /** What transformers takes for granted. */
  private static final Tile DEFAULT = new Tile(128, 128);

  /** A rectangle of weights that share a scale. */
  record Tile(int height, int width) {

    /** A pair of sizes, such as [128, 128]. */
    static Tile of(JsonFile config, JsonNode size) {
      int height = size.path(0).asInt();
      int width = size.path(1).asInt();
      if (size.size() != 2 || height < 1 || width < 1) {
        throw config.unsupported("weight blocks of " + JsonFile.shown(size), "two positive sizes");
      }
      return new Tile(height, width);
    }

    /** Scales are [tile rows, tiles in a row]. */
    Integer[] scaleShape(int out, int in) {
      return new Integer[] {(out - 1) / height + 1, (in - 1) / width + 1};
    }

    Groups groups(int in) {
      return Groups.tiles(in, height, width);
    }
  }

  static Fp8 of(JsonFile config) {
    JsonNode size = config.fields().path("weight_block_size");
    return new Fp8(size.isArray() ? Optional.of(Tile.of(config, size)) : Optional.empty());
  }

  @Override
  public Optional<StoredMatrix> find(Planes planes, int out, int in) {
    if (!planes.has(TILE_SCALE) && !planes.has(SCALE)) {
      return Optional.empty();
    }
    Activations.pass(planes);
    Elements codes = planes.elements(".weight", FLOAT8, out, in);
    if (planes.has(TILE_SCALE) || tile.isPresent()) {
      Tile size = tile.orElse(DEFAULT);
      String plane = planes.has(TILE_SCALE) ? TILE_SCALE : SCALE;
      Elements scales = planes.elements(plane, Planes.FLOATS, size.scaleShape(out, in));
      return Optional.of(matrix(codes, size.groups(in), scales, out, in));
    }
    RawTensor scales = planes.take(SCALE, Planes.FLOATS);
    boolean whole = scales.elements() == 1;
    if (!whole && !scales.shape().equals(List.of(out))) {
      planes.requireShape(SCALE, scales, List.of(out, 1));
    }
    Groups groups = whole ? Groups.whole(in) : Groups.alongRows(in, in);
    return Optional.of(matrix(codes, groups, planes.finite(SCALE, scales), out, in));
  }

  private static StoredMatrix matrix(
      Elements codes, Groups groups, Elements scales, int out, int in) {
    return new GroupedMatrix(
        "fp8", out, in, new Codes.Plain(codes, in), groups, scales, GroupValues.constant(0));
  }
}
