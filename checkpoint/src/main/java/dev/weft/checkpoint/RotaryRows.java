package dev.weft.checkpoint;

import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The order of query and key rows. Rotary embedding turns pairs of dimensions: Hugging Face pairs
 * dimension {@code j} of a head with {@code j + width/2}, GGUF files of architecture llama keep a
 * pair side by side (llama.cpp's {@code LlamaModel.permute}; quantization.md F3).
 *
 * @param heads of this matrix: query heads or key-value heads
 * @param width dimensions of a head, even
 */
record RotaryRows(int heads, int width) {

  /** For every row in Hugging Face order, the row of a GGUF file that holds it. */
  int[] fromGguf() {
    return rows(within -> 2 * (within % (width / 2)) + within / (width / 2));
  }

  /** For every row of a GGUF file, the row in Hugging Face order that it holds. */
  int[] toGguf() {
    return rows(within -> within % 2 * (width / 2) + within / 2);
  }

  private int[] rows(IntUnaryOperator withinHead) {
    return IntStream.range(0, heads * width)
        .map(row -> row / width * width + withinHead.applyAsInt(row % width))
        .toArray();
  }
}
