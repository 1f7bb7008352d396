package dev.weft.finetune;

import dev.weft.checkpoint.Checkpoint;
import dev.weft.checkpoint.ElementType;
import dev.weft.checkpoint.GgufWriter;
import dev.weft.checkpoint.RawTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** stories260K as llama.cpp would have it, matrices in Q8_0 where their rows allow. */
final class StoriesGguf {
  private static final int LAYERS = 5;
  private static final int HEADS = 8;
  private static final int KEY_VALUE_HEADS = 4;
  private static final int HEAD_WIDTH = 8;

  /** By the name that GGUF gives it, what of a block Hugging Face calls how. */
  private static final Map<String, String> BLOCK =
      Map.of(
          "attn_norm", "input_layernorm",
          "attn_q", "self_attn.q_proj",
          "attn_k", "self_attn.k_proj",
          "attn_v", "self_attn.v_proj",
          "attn_output", "self_attn.o_proj",
          "ffn_norm", "post_attention_layernorm",
          "ffn_gate", "mlp.gate_proj",
          "ffn_up", "mlp.up_proj",
          "ffn_down", "mlp.down_proj");

  private StoriesGguf() {}

  static void write(Path folder, Path file) {
    List<RawTensor> tensors = HuggingFaceAsGguf.tensors(folder, LAYERS, BLOCK, StoriesGguf::stored);
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", "llama");
    metadata.put("general.name", "stories260K");
    metadata.put("llama.block_count", LAYERS);
    metadata.put("llama.context_length", 512);
    metadata.put("llama.embedding_length", HEADS * HEAD_WIDTH);
    metadata.put("llama.feed_forward_length", 172);
    metadata.put("llama.attention.head_count", HEADS);
    metadata.put("llama.attention.head_count_kv", KEY_VALUE_HEADS);
    metadata.put("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    putVocabulary(metadata, folder.resolve("tok512.bin"));
    GgufWriter.write(file, metadata, tensors);
  }

  private static RawTensor stored(Checkpoint weights, String name, String gguf) {
    RawTensor tensor = weights.find(name).orElseThrow();
    if (gguf.endsWith("attn_q.weight")) {
      tensor = tensor.gather(interleaved(HEADS));
    } else if (gguf.endsWith("attn_k.weight")) {
      tensor = tensor.gather(interleaved(KEY_VALUE_HEADS));
    }
    boolean blocks = tensor.shape().size() == 2 && tensor.shape().get(1) % 32 == 0;
    return blocks
        ? new RawTensor(gguf, ElementType.Q8_0, tensor.shape(), eightBits(tensor))
        : new RawTensor(gguf, ElementType.F32, tensor.shape(), tensor.bytes());
  }

  /** Rows i and i + width / 2 of a head become neighbours. */
  private static int[] interleaved(int heads) {
    return IntStream.range(0, heads * HEAD_WIDTH)
        .map(
            row -> {
              int within = row % HEAD_WIDTH;
              return row - within + within / 2 + within % 2 * (HEAD_WIDTH / 2);
            })
        .toArray();
  }

  /** Blocks of a float16 scale, here always a power of two, and 32 integers. */
  private static ByteBuffer eightBits(RawTensor tensor) {
    FloatBuffer values = tensor.bytes().asFloatBuffer();
    ByteBuffer blocks =
        ByteBuffer.allocate(values.remaining() / 32 * 34).order(ByteOrder.LITTLE_ENDIAN);
    float[] block = new float[32];
    while (values.hasRemaining()) {
      values.get(block);
      float largest = 0;
      for (float value : block) {
        largest = Math.max(largest, Math.abs(value));
      }
      int exponent = Math.max(-14, Math.getExponent(largest / 127) + 1);
      blocks.putShort((short) ((exponent + 15) << 10));
      for (float value : block) {
        blocks.put((byte) Math.round(Math.scalb(value, -exponent)));
      }
    }
    return blocks.flip();
  }

  /** Of llama2.c: int32 length of the longest piece, then score, length and text of each. */
  private static void putVocabulary(Map<String, Object> metadata, Path file) {
    ByteBuffer bytes = read(file);
    bytes.getInt();
    List<String> pieces = new ArrayList<>();
    List<Float> scores = new ArrayList<>();
    List<Integer> types = new ArrayList<>();
    while (bytes.hasRemaining()) {
      scores.add(bytes.getFloat());
      byte[] text = new byte[bytes.getInt()];
      bytes.get(text);
      pieces.add(new String(text, StandardCharsets.UTF_8).replace(' ', '\u2581'));
      int id = types.size();
      types.add(id == 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1);
    }
    pieces.set(0, "<unk>");
    pieces.set(1, "<s>");
    pieces.set(2, "</s>");
    metadata.put("tokenizer.ggml.model", "llama");
    metadata.put("tokenizer.ggml.tokens", pieces);
    metadata.put("tokenizer.ggml.scores", scores);
    metadata.put("tokenizer.ggml.token_type", types);
    metadata.put("tokenizer.ggml.bos_token_id", 1);
    metadata.put("tokenizer.ggml.eos_token_id", 2);
  }

  private static ByteBuffer read(Path file) {
    try {
      return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
