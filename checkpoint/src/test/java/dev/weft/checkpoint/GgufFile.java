package dev.weft.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A small but complete GGUF decoder of one layer whose parts a test changes before it is written.
 */
public final class GgufFile {
  private static final int HIDDEN = 8;
  private static final int HEAD_WIDTH = 4;

  final Map<String, Object> metadata = new LinkedHashMap<>();
  final List<RawTensor> tensors = new ArrayList<>();

  /** Two query heads, one key-value head, five tokens. */
  public static GgufFile of(String architecture) {
    GgufFile file = new GgufFile();
    file.metadata.put("general.architecture", architecture);
    file.metadata.put(architecture + ".block_count", 1);
    file.metadata.put(architecture + ".context_length", 64);
    file.metadata.put(architecture + ".embedding_length", HIDDEN);
    file.metadata.put(architecture + ".feed_forward_length", 12);
    file.metadata.put(architecture + ".attention.head_count", 2);
    file.metadata.put(architecture + ".attention.head_count_kv", 1);
    file.metadata.put(architecture + ".attention.layer_norm_rms_epsilon", 1e-6f);
    file.metadata.put(
        "tokenizer.ggml.tokens", IntStream.range(0, 5).mapToObj(id -> "t" + id).toList());
    file.add("token_embd.weight", 5, HIDDEN);
    file.add("blk.0.attn_norm.weight", HIDDEN);
    file.add("blk.0.attn_q.weight", 2 * HEAD_WIDTH, HIDDEN);
    file.add("blk.0.attn_k.weight", HEAD_WIDTH, HIDDEN);
    file.add("blk.0.attn_v.weight", HEAD_WIDTH, HIDDEN);
    file.add("blk.0.attn_output.weight", HIDDEN, 2 * HEAD_WIDTH);
    file.add("blk.0.ffn_norm.weight", HIDDEN);
    file.add("blk.0.ffn_gate.weight", 12, HIDDEN);
    file.add("blk.0.ffn_up.weight", 12, HIDDEN);
    file.add("blk.0.ffn_down.weight", HIDDEN, 12);
    file.add("output_norm.weight", HIDDEN);
    return file;
  }

  public GgufFile with(String key, Object value) {
    metadata.put(key, value);
    return this;
  }

  public GgufFile without(String name) {
    metadata.remove(name);
    tensors.removeIf(tensor -> tensor.name().equals(name));
    return this;
  }

  public GgufFile add(String name, Integer... shape) {
    tensors.add(Fixtures.counting(name, 100 * tensors.size(), shape));
    return this;
  }

  public Path write(Path folder) {
    Path file = folder.resolve("model.gguf");
    GgufWriter.write(file, metadata, tensors);
    return file;
  }
}
