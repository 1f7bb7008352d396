package dev.weft.finetune.quantization;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Optional;

/**
 * GPTQ checkpoints (quantization.md F6; Frantar et al., "GPTQ", ICLR 2023): weights packed along
 * the input, zeros along the output, columns permuted where activations decided the order.
 *
 * @param group columns per group, 0 for whole rows
 * @param zeroOffset added to stored zeros: 1 in the first version of the format
 */
record Gptq(int bits, int group, int zeroOffset) implements WeightFormat {

  static Gptq of(JsonNode config, Planes planes) {
    int bits = config.path("bits").asInt();
    if (!List.of(2, 3, 4, 8).contains(bits)) {
      throw planes.unsupported(
          "quantization_config.bits is %s; GPTQ has 2, 3, 4 or 8", config.path("bits"));
    }
    String format = config.path("checkpoint_format").asText("gptq");
    if (config.path("is_marlin_format").asBoolean()
        || !List.of("gptq", "gptq_v2").contains(format)) {
      throw planes.unsupported(
          "GPTQ weights repacked as \"%s\" cannot be read; use the model in the format gptq or"
              + " gptq_v2",
          config.path("is_marlin_format").asBoolean() ? "marlin" : format);
    }
    int group = Math.max(0, config.path("group_size").asInt());
    return new Gptq(bits, group, format.equals("gptq") ? 1 : 0);
  }

  @Override
  public Optional<StoredMatrix> find(Planes planes, String linear, int out, int in) {
    if (!planes.has(linear + ".qweight")) {
      return Optional.empty();
    }
    int width = group == 0 ? in : group;
    int groups = (in - 1) / width + 1;
    int wordsPerColumn = PackedWords.wordsFor(in, bits);
    int zeroWords = PackedWords.wordsFor(out, bits);
    PackedWords codes = planes.words(linear + ".qweight", bits, wordsPerColumn, out);
    PackedWords zeros = planes.words(linear + ".qzeros", bits, groups, zeroWords);
    return Optional.of(
        new GroupedMatrix(
            Text.format("gptq-int%d%s", bits, group == 0 ? "" : "-g" + group),
            out,
            in,
            new Codes.PackedRows(codes, 1, out, in),
            groups(planes, linear, width, groups, out, in),
            planes.elements(linear + ".scales", Planes.FLOATS, groups, out),
            new Zeros(zeros, zeroWords, out, zeroOffset, (1 << bits) - 1)));
  }

  private static Groups groups(
      Planes planes, String linear, int width, int groups, int out, int in) {
    Groups consecutive = Groups.alongRowsTransposed(in, width, out);
    String name = linear + ".g_idx";
    if (!planes.has(name)) {
      return consecutive;
    }
    IntBuffer ofColumn =
        checked(planes, name, planes.take(name, Planes.INT32, in).bytes().asIntBuffer(), groups);
    for (int column = 0; column < in; column++) {
      if (ofColumn.get(column) != column / width) {
        return Groups.permuted(ofColumn, groups, 1, out);
      }
    }
    return consecutive;
  }

  /** The groups of columns, each found to be one of those there are. */
  static IntBuffer checked(Planes planes, String name, IntBuffer ofColumn, int groups) {
    for (int column = 0; column < ofColumn.remaining(); column++) {
      int k = ofColumn.get(column);
      if (k < 0 || k >= groups) {
        throw planes.malformed(
            "tensor %s puts column %d into group %d of %d; fetch the model again",
            name, column, k, groups);
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
