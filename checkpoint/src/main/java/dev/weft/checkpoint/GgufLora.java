package dev.weft.checkpoint;

import dev.weft.core.adapter.LowRank;
import dev.weft.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A LoRA adapter as llama.cpp loads it ({@code llama-adapter.cpp}, written by {@code
 * convert_lora_to_gguf.py}): per adapted layer {@code blk.N.attn_q.weight.lora_a [r, in]} and
 * {@code .lora_b [out, r]} in float32. Where the base file permutes query and key rows, so does
 * lora_b.
 */
public final class GgufLora {
  private static final String TYPE = "general.type";
  private static final String ADAPTER = "adapter";

  private GgufLora() {}

  /** Whether a file says that it is an adapter. */
  public static boolean isIn(GgufCheckpoint file) {
    return file.metadata().text(TYPE).equals(Optional.of(ADAPTER));
  }

  /**
   * @param model the base model
   * @param layers what is added to each linear layer, by its Hugging Face name without ".weight",
   *     as a pair at scale 1
   * @throws dev.weft.core.error.WeftException if the file cannot be written
   * @throws IllegalArgumentException if a layer is not one of a decoder
   */
  public static void write(Path file, Architecture.Decoder model, Map<String, LowRank> layers) {
    List<RawTensor> tensors = new ArrayList<>();
    layers.forEach(
        (name, pair) -> {
          String base =
              GgufNames.linearToGguf(name)
                      .orElseThrow(
                          () -> new IllegalArgumentException("layers: no GGUF name for " + name))
                  + ".weight";
          tensors.add(array(base + ".lora_a", pair.right(), inOrder(pair.right())));
          tensors.add(array(base + ".lora_b", pair.left(), rows(model, name, pair.left())));
        });
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put(TYPE, ADAPTER);
    metadata.put("general.architecture", model.family().ggufArchitecture());
    metadata.put("adapter.type", "lora");
    metadata.put("adapter.lora.alpha", alpha(layers));
    GgufWriter.write(file, metadata, tensors);
  }

  /**
   * llama.cpp scales each pair by alpha / rank, or not at all if alpha is 0: so ranks that differ
   * need 0.
   */
  private static float alpha(Map<String, LowRank> layers) {
    int[] ranks = layers.values().stream().mapToInt(LowRank::rank).distinct().toArray();
    return ranks.length == 1 ? ranks[0] : 0;
  }

  /** For every row of lora_b, the row of {@code left} that it holds. */
  private static int[] rows(Architecture.Decoder model, String name, Tensor left) {
    DecoderShape shape = model.shape();
    boolean query = name.endsWith(".q_proj");
    boolean permuted = query || name.endsWith(".k_proj");
    return permuted && model.family().rowsPermutedInGguf()
        ? new RotaryRows(query ? shape.heads() : shape.keyValueHeads(), shape.headWidth()).toGguf()
        : inOrder(left);
  }

  private static int[] inOrder(Tensor matrix) {
    return IntStream.range(0, matrix.dimension(0)).toArray();
  }

  private static RawTensor array(String name, Tensor matrix, int[] rows) {
    int width = matrix.dimension(1);
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * rows.length * width).order(ByteOrder.LITTLE_ENDIAN);
    for (int row : rows) {
      for (int column = 0; column < width; column++) {
        bytes.putFloat(matrix.at(row, column));
      }
    }
    return new RawTensor(name, ElementType.F32, List.of(rows.length, width), bytes.flip());
  }
}
