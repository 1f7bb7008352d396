package dev.weft.checkpoint.quantization;

import dev.weft.checkpoint.ElementType;
import dev.weft.core.Digest;
import dev.weft.core.tensor.Float16;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Blocks of 32 or 256 values of a row, each with its own scales, as GGUF files have them.
 *
 * @param type one that {@link GgmlBlocks#decoder} knows
 * @param blocks row after row
 */
record GgmlMatrix(ElementType type, int out, int in, ByteBuffer blocks) implements StoredMatrix {

  @Override
  public String scheme() {
    return type.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public long bytes() {
    return blocks.remaining();
  }

  @Override
  public void addTo(Digest.Builder digest) {
    digest.add(scheme());
    digest.add(blocks);
  }

  /** Codes are integers: a block is finite if its scales are, and they are looked at first. */
  @Override
  public OptionalLong firstNotFinite() {
    int[] scales = GgmlBlocks.scales(type);
    boolean powers = type == ElementType.MXFP4;
    for (int block = 0; block < blocks.remaining(); block += type.blockBytes()) {
      for (int scale : scales) {
        boolean bounded =
            powers
                ? GgmlBlocks.isBoundedPower(blocks.get(block + scale))
                : Float16.isFinite(blocks.getShort(block + scale));
        if (!bounded) {
          return StoredMatrix.super.firstNotFinite();
        }
      }
    }
    return OptionalLong.empty();
  }

  @Override
  public void decodeRows(int from, int to, float[] target) {
    GgmlBlocks.Decoder decoder = GgmlBlocks.decoder(type).orElseThrow();
    byte[] row = new byte[in / type.blockValues() * type.blockBytes()];
    for (int r = from; r < to; r++) {
      blocks.get(r * row.length, row);
      decoder.decode(row, target, (r - from) * in);
    }
  }
}
