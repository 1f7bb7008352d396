package dev.weft.checkpoint.quantization;

import dev.weft.checkpoint.ElementType;
import dev.weft.core.Text;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;

/** Matrices of every format with random content. */
public final class Samples {
  private Samples() {}

  public static Tensor gaussian(int out, int in) {
    SeededRandom random = new Seed(11).random();
    float[] values = new float[out * in];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, out, in);
  }

  /** Every format, with an odd number of rows and rows of some odd length where it allows one. */
  public static List<StoredMatrix> ofEveryFormat() {
    List<StoredMatrix> matrices = new ArrayList<>();
    for (String name : QuantSchemes.names()) {
      QuantScheme scheme = QuantSchemes.named(name);
      matrices.add(scheme.store(gaussian(5, 192)));
      if (!(scheme instanceof GgmlQuantizer)) {
        matrices.add(scheme.store(gaussian(7, 13)));
        matrices.add(scheme.store(gaussian(1, 1)));
      }
    }
    for (ElementType type : ElementType.values()) {
      if (GgmlBlocks.decoder(type).isPresent()) {
        matrices.add(new GgmlMatrix(type, 5, 512, random(type.bytes(List.of(5, 512)))));
      }
    }
    for (ElementType type : List.of(ElementType.F16, ElementType.BF16, ElementType.F8_E4M3)) {
      matrices.add(new PlainMatrix(5, 13, new Elements(type, finite(type.bytes(List.of(5, 13))))));
    }
    matrices.addAll(elsewhere());
    matrices.addAll(grouped());
    return matrices;
  }

  /** In the heap, and at an odd address. */
  private static List<StoredMatrix> elsewhere() {
    List<StoredMatrix> matrices = new ArrayList<>();
    for (ElementType type : List.of(ElementType.F32, ElementType.F16, ElementType.BF16)) {
      ByteBuffer bytes = finite(1 + type.bytes(List.of(5, 13)));
      ByteBuffer odd = bytes.slice(1, bytes.remaining() - 1).order(bytes.order());
      ByteBuffer heap =
          ByteBuffer.allocate(odd.remaining()).order(bytes.order()).put(odd.duplicate()).flip();
      matrices.add(new PlainMatrix(5, 13, new Elements(type, odd)));
      matrices.add(new PlainMatrix(5, 13, new Elements(type, heap)));
    }
    CodebookMatrix nf4 = BlockCodebook.nf4(false).store(gaussian(4, 64));
    ByteBuffer heap =
        ByteBuffer.allocate(nf4.codes().remaining()).put(nf4.codes().duplicate()).flip();
    matrices.add(new CodebookMatrix("nf4", 4, 64, heap, nf4.table(), nf4.block(), nf4.scales()));
    return matrices;
  }

  /** The parts of {@link GroupedMatrix} in several combinations. */
  private static List<GroupedMatrix> grouped() {
    int out = 11;
    int in = 96;
    Elements scales = Elements.of(gaussian(1, 64).toArray());
    IntBuffer permutation = IntBuffer.allocate(in);
    for (int column = 0; column < in; column++) {
      permutation.put(column, column * 7 % 3);
    }
    List<Groups> groups =
        List.of(
            Groups.alongRows(in, 32),
            Groups.alongRowsTransposed(in, 40, out),
            Groups.permuted(permutation, 3, 1, out),
            Groups.tiles(in, 4, 64),
            Groups.whole(in));
    List<GroupedMatrix> matrices = new ArrayList<>();
    for (int bits : List.of(2, 3, 4, 8)) {
      PackedWords words = new PackedWords(random(4L * out * in * bits / 32), bits);
      for (Groups grouping : groups) {
        matrices.add(
            new GroupedMatrix(
                Text.format("%d bits %s", bits, grouping),
                out,
                in,
                new Codes.PackedRows(words, 1, out, in),
                grouping,
                scales,
                GroupValues.constant(2)));
      }
    }
    return matrices;
  }

  private static ByteBuffer random(long count) {
    SeededRandom random = new Seed(5).random();
    ByteBuffer bytes = Memory.bytes(count);
    while (bytes.hasRemaining()) {
      bytes.put((byte) random.nextInt());
    }
    return bytes.flip();
  }

  /** Bytes none of which makes a NaN, which need not be equal to itself. */
  private static ByteBuffer finite(long count) {
    ByteBuffer bytes = random(count);
    for (int i = 0; i < bytes.remaining(); i++) {
      bytes.put(i, (byte) (bytes.get(i) & 0xBF));
    }
    return bytes;
  }
}
