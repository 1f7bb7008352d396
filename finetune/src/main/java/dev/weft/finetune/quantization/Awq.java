package dev.weft.finetune.quantization;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.core.Digest;
import java.util.Locale;
import java.util.Optional;

/**
 * AWQ checkpoints of version gemm (quantization.md F7; Lin et al., "AWQ", MLSys 2024): a word holds
 * eight neighbouring outputs of one input, their nibbles shuffled; zeros are stored as they are.
 *
 * @param group columns per group, 0 for whole rows
 */
record Awq(int group) implements WeightFormat {
  /** Outputs per word. */
  static final int WORD = 8;

  private static final int[] NIBBLE_OF_OUTPUT = {0, 4, 1, 5, 2, 6, 3, 7};

  static Awq of(JsonNode config, Planes planes) {
    String version = config.path("version").asText("gemm").toLowerCase(Locale.ROOT);
    int bits = config.path("bits").asInt(config.path("w_bit").asInt());
    if (!version.equals("gemm") || bits != 4) {
      throw planes.unsupported(
          "AWQ weights of version \"%s\" with %d bits cannot be read; use version gemm with 4 bits",
          version, bits);
    }
    int group = config.path("group_size").asInt(config.path("q_group_size").asInt());
    return new Awq(Math.max(0, group));
  }

  /** How far the code of an output is to be shifted down in its word. */
  static int shift(int output) {
    return 4 * NIBBLE_OF_OUTPUT[output % WORD];
  }

  @Override
  public Optional<StoredMatrix> find(Planes planes, String linear, int out, int in) {
    if (!planes.has(linear + ".qweight")) {
      return Optional.empty();
    }
    if (out % WORD != 0) {
      throw planes.malformed("%s has %d outputs where AWQ needs a multiple of 8", linear, out);
    }
    int width = group == 0 ? in : group;
    int groups = (in - 1) / width + 1;
    PackedWords codes = planes.words(linear + ".qweight", 4, in, out / WORD);
    PackedWords zeros = planes.words(linear + ".qzeros", 4, groups, out / WORD);
    return Optional.of(
        new GroupedMatrix(
            "awq-int4" + (group == 0 ? "" : "-g" + group),
            out,
            in,
            new ShuffledCodes(codes, out, in),
            Groups.alongRowsTransposed(in, width, out),
            planes.elements(linear + ".scales", Planes.FLOATS, groups, out),
            new ShuffledZeros(zeros, out)));
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
