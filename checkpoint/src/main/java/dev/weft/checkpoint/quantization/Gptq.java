package dev.weft.checkpoint.quantization;

import dev.weft.checkpoint.JsonFile;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Optional;

/**
 * GPTQ checkpoints (quantization.md F6; Frantar et al., "GPTQ", ICLR 2023): weights packed along
 * the input, zeros along the output, columns permuted where activations decided the order.
 *
 * <p>The two versions of the format store zeros one apart, and files that declare the other version
 * than theirs are common. A symmetric model tells, as all its zeros are the middle of the codes; of
 * an asymmetric one only the declaration does.
 *
 * @param group columns per group, 0 for whole rows
 * @param zeroOffset added to stored zeros: 1 in the first version of the format
 * @param symmetric whether all zeros are the middle of the codes, where the configuration says it
 * @param ordered whether groups follow an order that {@code g_idx} must tell
 */
record Gptq(int bits, int group, int zeroOffset, Optional<Boolean> symmetric, boolean ordered)
    implements WeightFormat {
  private static final String ZEROS = ".qzeros";
  private static final String ORDER = ".g_idx";
  private static final int LARGEST_GROUP = 1 << 24;

  static Gptq of(JsonFile config) {
    int bits = config.whole("bits", 0, 0, 32);
    if (!List.of(2, 3, 4, 8).contains(bits)) {
      throw config.unsupported("quantization_config.bits " + bits, "2, 3, 4 and 8 of GPTQ");
    }
    String format =
        config.flag("is_marlin_format", false)
            ? "marlin"
            : config.text("checkpoint_format", config.text("format", "gptq"));
    if (!List.of("gptq", "gptq_v2").contains(format)) {
      throw config.unsupported(
          "GPTQ weights repacked as \"" + format + "\"", "the formats gptq and gptq_v2");
    }
    int group = group(config, "group_size");
    return new Gptq(
        bits,
        group,
        format.equals("gptq") ? 1 : 0,
        config.has("sym") ? Optional.of(config.flag("sym", true)) : Optional.empty(),
        config.flag("desc_act", false) && group > 0);
  }

  /** Columns per group; 0 for whole rows, which files call -1. */
  static int group(JsonFile config, String key) {
    return Math.max(0, config.whole(key, -1, -1, LARGEST_GROUP));
  }

  @Override
  public Optional<StoredMatrix> find(Planes planes, int out, int in) {
    if (!planes.has(".qweight")) {
      return Optional.empty();
    }
    int width = group == 0 ? in : group;
    int groups = (in - 1) / width + 1;
    PackedWords codes = planes.words(".qweight", bits, PackedWords.wordsFor(in, bits), out);
    GroupValues zeros = zeros(planes, groups, out);
    return Optional.of(
        new GroupedMatrix(
            Text.format("gptq-int%d%s", bits, group == 0 ? "" : "-g" + group),
            out,
            in,
            new Codes.PackedRows(codes, 1, out, in),
            groups(planes, width, groups, out, in),
            planes.elements(".scales", Planes.FLOATS, groups, out),
            zeros));
  }

  private GroupValues zeros(Planes planes, int groups, int out) {
    int middle = 1 << (bits - 1);
    int wordsPerGroup = PackedWords.wordsFor(out, bits);
    PackedWords words = planes.words(ZEROS, bits, groups, wordsPerGroup);
    GroupValues stored = new Zeros(words, wordsPerGroup, out, 0, (1 << bits) - 1);
    boolean symmetricOfAVersion =
        SymmetricZeros.all(stored, groups * out, middle)
            || SymmetricZeros.all(stored, groups * out, middle - 1);
    if (symmetric.orElse(false) && !symmetricOfAVersion) {
      throw planes.malformed(
          ZEROS,
          "holds zeros other than the symmetric %d (or %d in the first version), but"
              + " quantization_config says sym true; use weights and configuration of one export",
          middle,
          middle - 1);
    }
    return symmetric.orElse(true) && symmetricOfAVersion
        ? GroupValues.constant(middle)
        : new Zeros(words, wordsPerGroup, out, zeroOffset, (1 << bits) - 1);
  }

  private Groups groups(Planes planes, int width, int groups, int out, int in) {
    Groups consecutive = Groups.alongRowsTransposed(in, width, out);
    if (!planes.has(ORDER)) {
      if (ordered) {
        throw planes.malformed(
            ORDER,
            "is missing, but quantization_config says desc_act true, so that only it tells the"
                + " columns of a group; fetch the model again");
      }
      return consecutive;
    }
    IntBuffer ofColumn =
        checked(planes, ORDER, planes.take(ORDER, Planes.INT32, in).bytes().asIntBuffer(), groups);
    for (int column = 0; column < in; column++) {
      if (ofColumn.get(column) != column / width) {
        return Groups.permuted(ofColumn, groups, 1, out);
      }
    }
    return consecutive;
  }

  /** The groups of columns, each found to be one of those there are. */
  static IntBuffer checked(Planes planes, String plane, IntBuffer ofColumn, int groups) {
    for (int column = 0; column < ofColumn.remaining(); column++) {
      int k = ofColumn.get(column);
      if (k < 0 || k >= groups) {
        throw planes.malformed(
            plane, "puts column %d into group %d of %d; fetch the model again", column, k, groups);
      }
    }
    return ofColumn;
  }

  /**
   * Integer zeros packed along the output; a stored zero plus the offset wraps around, so that 15
   * means 0 in the first version's 4 bits.
   */
  private record Zeros(PackedWords words, int wordsPerGroup, int out, int offset, int mask)
      implements GroupValues {

    @Override
    public float at(int group) {
      return (words.at(group / out * wordsPerGroup, 1, group % out) + offset) & mask;
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
