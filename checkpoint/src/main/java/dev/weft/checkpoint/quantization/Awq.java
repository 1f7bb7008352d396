package dev.weft.checkpoint.quantization;

import dev.weft.checkpoint.JsonFile;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import java.util.Locale;
import java.util.Optional;

/**
 * AWQ checkpoints of version gemm (quantization.md F7; Lin et al., "AWQ", MLSys 2024): a word holds
 * eight neighbouring outputs of one input, their nibbles shuffled; zeros are stored as they are.
 *
 * @param group columns per group, 0 for whole rows
 * @param zeroPoint whether groups have zeros of their own, and not all the middle of the codes
 */
record Awq(int group, boolean zeroPoint) implements WeightFormat {
  /** Outputs per word. */
  static final int WORD = 8;

  private static final String CODES = ".qweight";
  private static final String ZEROS = ".qzeros";
  private static final int MIDDLE = 8;

  private static final int[] NIBBLE_OF_OUTPUT = {0, 4, 1, 5, 2, 6, 3, 7};

  static Awq of(JsonFile config) {
    String version = config.text("version", "gemm").toLowerCase(Locale.ROOT);
    int bits = config.whole("bits", config.whole("w_bit", 4, 1, 32), 1, 32);
    if (!version.equals("gemm") || bits != 4) {
      throw config.unsupported(
          Text.format("AWQ weights of version \"%s\" with %d bits", version, bits),
          "version gemm with 4 bits");
    }
    return new Awq(
        Gptq.group(config, config.has("group_size") ? "group_size" : "q_group_size"),
        config.flag("zero_point", true));
  }

  /** How far the code of an output is to be shifted down in its word. */
  static int shift(int output) {
    return 4 * NIBBLE_OF_OUTPUT[output % WORD];
  }

  @Override
  public Optional<StoredMatrix> find(Planes planes, int out, int in) {
    if (!planes.has(CODES)) {
      return Optional.empty();
    }
    if (out % WORD != 0) {
      throw planes.malformed(CODES, "is of %d outputs where AWQ needs a multiple of 8", out);
    }
    int width = group == 0 ? in : group;
    int groups = (in - 1) / width + 1;
    PackedWords codes = planes.words(CODES, 4, in, out / WORD);
    GroupValues zeros = new ShuffledZeros(planes.words(ZEROS, 4, groups, out / WORD), out);
    if (!zeroPoint && !SymmetricZeros.all(zeros, groups * out, MIDDLE)) {
      throw planes.malformed(
          ZEROS,
          "holds zeros other than %d, but quantization_config says zero_point false; use weights"
              + " and configuration of one export",
          MIDDLE);
    }
    return Optional.of(
        new GroupedMatrix(
            "awq-int4" + (group == 0 ? "" : "-g" + group),
            out,
            in,
            new ShuffledCodes(codes, out, in),
            Groups.alongRowsTransposed(in, width, out),
            planes.elements(".scales", Planes.FLOATS, groups, out),
            zeros));
  }

  /** Words [in, out / 8]; each holds one column of eight rows. */
  record ShuffledCodes(PackedWords words, int out, int in) implements Codes {

    @Override
    public void read(int from, int to, float[] target) {
      int[] columns = new int[in];
      for (int word = from / WORD; word * WORD < to; word++) {
        words.gather(word, out / WORD, columns);
        for (int row = Math.max(from, word * WORD); row < Math.min(to, (word + 1) * WORD); row++) {
          int shift = shift(row);
          int start = (row - from) * in;
          for (int column = 0; column < in; column++) {
            target[start + column] = columns[column] >>> shift & 0xF;
          }
        }
      }
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

  /** Words [groups, out / 8]. */
  private record ShuffledZeros(PackedWords words, int out) implements GroupValues {

    @Override
    public float at(int group) {
      return words.word(group / WORD) >>> shift(group % out) & 0xF;
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
