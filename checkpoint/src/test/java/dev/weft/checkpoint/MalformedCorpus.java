package dev.weft.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the kept corpus of malformed models, {@code src/test/resources/malformed}, with what must
 * be said of each in {@code sentences.txt}. Run once per new kind of damage; the files are kept as
 * they were, so that a change of these writers does not change what is tested.
 */
final class MalformedCorpus {
  private static final int UINT32 = GgufValueType.UINT32.number();
  private static final int STRING = GgufValueType.STRING.number();
  private static final int ARRAY = GgufValueType.ARRAY.number();

  private final Path folder;
  private final List<String> sentences = new ArrayList<>();

  private MalformedCorpus(Path folder) {
    this.folder = folder;
  }

  /**
   * @param arguments the folder to write to
   */
  public static void main(String[] arguments) throws IOException {
    MalformedCorpus corpus = new MalformedCorpus(Path.of(arguments[0]));
    corpus.safetensors();
    corpus.gguf();
    corpus.onnx();
    corpus.folders();
    Files.write(corpus.folder.resolve("sentences.txt"), corpus.sentences);
  }

  private void safetensors() throws IOException {
    String one = "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";
    add("empty.safetensors", new byte[0], "is empty; download it again");
    add(
        "header-bomb.safetensors",
        little().u64(1L << 62).text("{}").bytes(),
        "announces a header of 4611686018427387904 bytes");
    add(
        "header-cut-off.safetensors",
        Arrays.copyOf(safetensors("{\"a\":" + one + "}", 4), 20),
        "announces a header of");
    add(
        "data-cut-off.safetensors",
        safetensors("{\"a\":" + one + "}", 3),
        "places a at bytes 0 to 4 of 3");
    add(
        "overlap.safetensors",
        safetensors("{\"a\":" + one + ",\"b\":" + one + "}", 4),
        "places b at bytes 0 to 4 of 4, which overlaps");
    add(
        "hole.safetensors",
        safetensors("{\"a\":" + one.replace("[0,4]", "[4,8]") + "}", 8),
        "places a at bytes 4 to 8 of 8");
    add(
        "backwards.safetensors",
        safetensors("{\"a\":" + one.replace("[0,4]", "[0,-4]") + "}", 4),
        "has an unexpected '-'");
    add(
        "trailing.safetensors",
        safetensors("{\"a\":" + one + "}", 9),
        "holds 5 bytes after its last tensor");
    add(
        "absurd-shape.safetensors",
        safetensors("{\"a\":" + one.replace("[1]", "[65536,65536,65536,65536]") + "}", 4),
        "contradicts its type F32 and shape [65536, 65536, 65536, 65536]");
    add(
        "dimension-beyond-int.safetensors",
        safetensors("{\"a\":" + one.replace("[1]", "[4294967297]") + "}", 4),
        "gives a the shape [4294967297]");
    add(
        "unknown-type.safetensors",
        safetensors("{\"a\":" + one.replace("F32", "F4") + "}", 4),
        "tensor a has the type F4, which Weft does not read");
    add(
        "twice.safetensors",
        safetensors("{\"a\":" + one + ",\"a\":" + one + "}", 4),
        "names a twice");
    add(
        "deep.safetensors",
        safetensors("[".repeat(100_000), 0),
        "has an unexpected '[' at character 1");
    add(
        "terminal-control.safetensors",
        safetensors("{\"\u001b[2J\":" + one + "}", 4),
        "holds a name that is no plain text");
    add("not-utf8.safetensors", little().u64(2).u8(0xC3).u8(0x28).bytes(), "is not UTF-8 text");
  }

  private void gguf() throws IOException {
    add("wrong-magic.gguf", gguf(0, 0).bytes(0, "GGML"), "does not start with GGUF");
    add("version-1.gguf", gguf(0, 0).bytes(4, "\1\0\0\0"), "of version 1, Weft reads 2 and 3");
    add("big-endian.gguf", gguf(0, 0).bytes(4, "\0\0\0\3"), "is a big-endian GGUF file");
    add("head-cut-off.gguf", Arrays.copyOf(gguf(0, 0).bytes(), 18), "is cut off: 8 bytes");
    add("count-bomb.gguf", gguf(1L << 60, 0).bytes(), "is cut off");
    add("negative-count.gguf", gguf(0, -1).bytes(), "announces 18446744073709551615 entries");
    add(
        "string-bomb.gguf",
        gguf(0, 1).u64(1L << 40).text("general.name").bytes(),
        "is cut off: 1099511627776 bytes");
    add(
        "array-bomb.gguf",
        gguf(0, 1).string("tokens").u32(ARRAY).u32(STRING).u64(1L << 32).bytes(),
        "announces an array of 4294967296 values in the last 0 bytes");
    add(
        "number-array-bomb.gguf",
        gguf(0, 1).string("scores").u32(ARRAY).u32(UINT32).u64(-1).u64(0).bytes(),
        "announces an array of 18446744073709551615 values");
    add(
        "nested-arrays.gguf",
        gguf(0, 1).string("a").u32(ARRAY).u32(ARRAY).u64(1).bytes(),
        "nests arrays in its metadata");
    add(
        "unknown-value-type.gguf",
        gguf(0, 1).string("a").u32(99).bytes(),
        "holds a metadata value of the unknown type 99");
    add(
        "key-twice.gguf",
        gguf(0, 2).string("a").u32(UINT32).u32(1).string("a").u32(UINT32).u32(2).bytes(),
        "gives the metadata a twice");
    add(
        "alignment-zero.gguf",
        gguf(0, 1).string("general.alignment").u32(UINT32).u32(0).bytes(),
        "aligns arrays to 0 bytes");
    add(
        "terminal-control.gguf",
        gguf(1, 0).string("\u001b[2J").u32(1).u64(8).u32(0).u64(0).fill(0, 128).bytes(),
        "holds a name that is no plain text");
    add("unknown-tensor-type.gguf", array(32, 23, 0), "tensor a has the ggml type 23");
    add(
        "too-many-dimensions.gguf",
        gguf(1, 0).string("a").u32(-1).bytes(),
        "4294967295 dimensions");
    add("dimension-zero.gguf", array(0, 0, 0), "gives tensor a a dimension of 0");
    add("dimension-beyond-int.gguf", array(1L << 40, 0, 0), "a dimension of 1099511627776");
    add("larger-than-2-gib.gguf", array(Integer.MAX_VALUE, 0, 0), "more than the 2 GiB");
    add("broken-block.gguf", array(33, 2, 0), "the shape [33], which Q4_0 cannot have");
    add(
        "offset-out-of-range.gguf",
        array(32, 0, 1L << 50),
        "places tensor a at byte 1125899906842624");
    add("data-cut-off.gguf", array(1024, 0, 0), "ends before tensor a does");
    add(
        "overlap.gguf",
        gguf(2, 0)
            .string("a")
            .u32(1)
            .u64(8)
            .u32(0)
            .u64(0)
            .string("b")
            .u32(1)
            .u64(8)
            .u32(0)
            .u64(0)
            .text("\0".repeat(256))
            .bytes(),
        "places tensor b at byte 0 of the data, where 32 follows");
    add(
        "tensor-twice.gguf",
        gguf(2, 0)
            .string("a")
            .u32(1)
            .u64(8)
            .u32(0)
            .u64(0)
            .string("a")
            .u32(1)
            .u64(8)
            .u32(0)
            .u64(32)
            .text("\0".repeat(256))
            .bytes(),
        "names tensor a twice");
    add("no-architecture.gguf", array(8, 0, 0, 256), "has the architecture \"\"");
    add(
        "absurd-layers.gguf",
        written(GgufFile.of("llama").with("llama.block_count", 1_000_000)),
        "gives llama.block_count as 1000000");
    add(
        "wrong-shape.gguf",
        written(
            GgufFile.of("llama").without("blk.0.attn_q.weight").add("blk.0.attn_q.weight", 8, 9)),
        "tensor blk.0.attn_q.weight has the shape [8, 9]");
  }

  private void onnx() throws IOException {
    byte[] node = OnnxBytes.node("MatMul", "/a/MatMul");
    byte[] whole = OnnxBytes.model(OnnxBytes.tensor(2, 3, 6), node);
    add("cut-off.onnx", Arrays.copyOf(whole, 30), "does not fit");
    add("empty.onnx", new byte[0], "holds no graph");
    add("endless-number.onnx", little().fill(0xFF, 20).bytes(), "more than ten");
    add("length-bomb.onnx", little().u8(0x3A).fill(0xFF, 8).u8(0x7F).bytes(), "does not fit");
    add(
        "wrong-shape.onnx",
        OnnxBytes.model(OnnxBytes.tensor(2, 4, 6), node),
        "tensor w of shape [2, 4] holds 24 bytes");
    add(
        "external.onnx",
        OnnxBytes.model(
            OnnxBytes.concat(OnnxBytes.tensor(2, 3, 0), OnnxBytes.varintField(14, 1)), node),
        "keeps tensor w in another file");
  }

  private void folders() throws IOException {
    String config = Files.readString(Fixtures.TINY_LLAMA.resolve("config.json"));
    byte[] index = "{\"weight_map\":{\"a\":\"a.safetensors\"}}".getBytes(StandardCharsets.UTF_8);
    folder("absurd-width", config.replace("\"hidden_size\": 32", "\"hidden_size\": 1000000000"));
    sentence("absurd-width", "gives hidden_size as 1000000000 where a whole number from 1 to");
    folder(
        "unknown-family", config.replace("\"model_type\": \"llama\"", "\"model_type\": \"yolo\""));
    sentence("unknown-family", "says model_type \"yolo\"; Weft supports models of type");
    folder("broken-json", config.substring(0, 100));
    sentence("broken-json", "is not valid JSON at line");
    folder("not-an-object", "[" + config + "]");
    sentence("not-an-object", "is not a JSON object");
    folder("no-weights", config);
    sentence("no-weights", "holds neither model.safetensors nor");
    folder("missing-shard", config);
    write("missing-shard/model.safetensors.index.json", index);
    sentence("missing-shard", "a.safetensors: is missing");
    folder("no-tokenizer", bert());
    write("no-tokenizer/model.safetensors", bertWeights());
    sentence("no-tokenizer", "has no tokenizer.json");
    folder("other-weights", bert().replace("\"vocab_size\": 3", "\"vocab_size\": 4"));
    write("other-weights/model.safetensors", bertWeights());
    sentence(
        "other-weights", "has the shape [3, 2] where the model's configuration calls for [4, 2]");
  }

  private static String bert() {
    return """
    {"model_type": "bert", "hidden_size": 2, "intermediate_size": 2, "num_hidden_layers": 1,
     "num_attention_heads": 1, "vocab_size": 3, "max_position_embeddings": 4}
    """;
  }

  private static byte[] bertWeights() {
    return safetensors(
        """
        {"embeddings.word_embeddings.weight":{"dtype":"F32","shape":[3,2],"data_offsets":[0,24]},
         "embeddings.position_embeddings.weight":{"dtype":"F32","shape":[4,2],"data_offsets":[24,56]},
         "encoder.layer.0.output.LayerNorm.weight":{"dtype":"F32","shape":[2],"data_offsets":[56,64]}}\
        """,
        64);
  }

  private static byte[] safetensors(String header, int dataLength) {
    return little().u64(header.length()).text(header).fill(0, dataLength).bytes();
  }

  private static Bytes gguf(long tensors, long values) {
    return little().text("GGUF").u32(3).u64(tensors).u64(values);
  }

  /** A file with one vector {@code a}. */
  private static byte[] array(long length, int type, long offset) {
    return array(length, type, offset, 128);
  }

  private static byte[] array(long length, int type, long offset, int dataLength) {
    return gguf(1, 0)
        .string("a")
        .u32(1)
        .u64(length)
        .u32(type)
        .u64(offset)
        .fill(0, dataLength)
        .bytes();
  }

  private static byte[] written(GgufFile file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    GgufWriter.write(out, file.metadata, file.tensors);
    return out.toByteArray();
  }

  private void folder(String name, String config) throws IOException {
    write(name + "/config.json", config.getBytes(StandardCharsets.UTF_8));
  }

  private void add(String name, byte[] content, String sentence) throws IOException {
    write(name, content);
    sentence(name, sentence);
  }

  private void write(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private void sentence(String name, String sentence) {
    sentences.add(name + " ~ " + sentence);
  }

  private static Bytes little() {
    return new Bytes();
  }

  /** Little-endian bytes, one after the other. */
  private static final class Bytes {
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();

    Bytes u8(int value) {
      content.write(value);
      return this;
    }

    Bytes u32(int value) {
      content.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
      return this;
    }

    Bytes u64(long value) {
      content.writeBytes(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
      return this;
    }

    Bytes text(String text) {
      content.writeBytes(text.getBytes(StandardCharsets.UTF_8));
      return this;
    }

    Bytes string(String text) {
      return u64(text.length()).text(text);
    }

    Bytes fill(int value, int count) {
      for (int i = 0; i < count; i++) {
        content.write(value);
      }
      return this;
    }

    byte[] bytes() {
      return content.toByteArray();
    }

    /** With this text in place of what stands there. */
    byte[] bytes(int position, String text) {
      byte[] bytes = bytes();
      byte[] replacement = text.getBytes(StandardCharsets.UTF_8);
      System.arraycopy(replacement, 0, bytes, position, replacement.length);
      return bytes;
    }
  }
}
