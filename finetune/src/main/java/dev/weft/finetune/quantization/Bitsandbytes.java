package dev.weft.finetune.quantization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.finetune.checkpoint.RawTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * NF4, FP4 and LLM.int8 as bitsandbytes serializes them (quantization.md F1, F2). Tables come from
 * the file, because versions differ in the last bits. Values are float32; the file's {@code dtype},
 * to which bitsandbytes would round them, is not applied.
 */
record Bitsandbytes() implements WeightFormat {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** More than any quantization state takes. */
  private static final int LONGEST_STATE = 1 << 16;

  @Override
  public Optional<StoredMatrix> find(Planes planes, String linear, int out, int in) {
    String weight = linear + ".weight";
    for (String type : List.of("nf4", "fp4")) {
      Optional<RawTensor> state = planes.find(weight + ".quant_state.bitsandbytes__" + type);
      if (state.isPresent()) {
        return Optional.of(fourBit(planes, weight, type, state.get(), out, in));
      }
    }
    return planes.has(linear + ".SCB")
        ? Optional.of(eightBit(planes, linear, out, in))
        : Optional.empty();
  }

  private static StoredMatrix fourBit(
      Planes planes, String weight, String type, RawTensor stateBytes, int out, int in) {
    JsonNode state = parse(planes, stateBytes);
    JsonNode shape = state.path("shape");
    if (shape.size() != 2 || shape.path(0).asInt() != out || shape.path(1).asInt() != in) {
      throw planes.malformed(
          "%s says its shape is %s where [%d, %d] is needed; check that it belongs to this model",
          stateBytes.name(), shape, out, in);
    }
    int values = Math.multiplyExact(out, in);
    int block = block(planes, stateBytes, state, "blocksize");
    int blocks = (values - 1) / block + 1;
    RawTensor codes =
        planes
            .find(weight)
            .orElseThrow(() -> planes.malformed("has no tensor %s; fetch the model again", weight));
    if (codes.bytes().remaining() != (values + 1) / 2) {
      throw planes.malformed(
          "tensor %s has %d bytes where %d are needed for [%d, %d] 4-bit codes; fetch the model"
              + " again",
          weight, codes.bytes().remaining(), (values + 1) / 2, out, in);
    }
    boolean nested = planes.has(weight + ".nested_absmax");
    return new CodebookMatrix(
        nested ? type + "-double" : type,
        out,
        in,
        codes.bytes(),
        planes.elements(weight + ".quant_map", Planes.FLOAT32, 16),
        block,
        nested
            ? nested(planes, weight, stateBytes, state, blocks)
            : planes.elements(weight + ".absmax", Planes.FLOAT32, blocks));
  }

  private static NestedScales nested(
      Planes planes, String weight, RawTensor stateBytes, JsonNode state, int blocks) {
    int block = block(planes, stateBytes, state, "nested_blocksize");
    JsonNode offset = state.path("nested_offset");
    if (!offset.isNumber()) {
      throw planes.malformed(
          "%s has no number nested_offset; fetch the model again", stateBytes.name());
    }
    return new NestedScales(
        planes.take(weight + ".absmax", Planes.UINT8, blocks).bytes(),
        planes.elements(weight + ".nested_quant_map", Planes.FLOAT32, 256),
        planes.elements(weight + ".nested_absmax", Planes.FLOAT32, (blocks - 1) / block + 1),
        block,
        (float) offset.asDouble());
  }

  private static int block(Planes planes, RawTensor stateBytes, JsonNode state, String key) {
    int block = state.path(key).asInt();
    if (block < 2 || block > 4096 || Integer.bitCount(block) != 1) {
      throw planes.malformed(
          "%s has %s %s; a power of two up to 4096 is needed",
          stateBytes.name(), key, state.path(key));
    }
    return block;
  }

  private static JsonNode parse(Planes planes, RawTensor state) {
    ByteBuffer stored = state.bytes();
    byte[] text = new byte[Math.min(stored.remaining(), LONGEST_STATE)];
    stored.get(text);
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw planes.malformed("%s is no JSON object; fetch the model again", state.name());
    }
  }

  private static StoredMatrix eightBit(Planes planes, String linear, int out, int in) {
    planes
        .find(linear + ".weight_format")
        .filter(format -> new Elements(format).at(0) != 0)
        .ifPresent(
            format -> {
              throw planes.unsupported(
                  "%s is not 0; only row-major int8 weights can be read, so save the model again"
                      + " with a current bitsandbytes",
                  format.name());
            });
    return RowInt8.matrix(
        out,
        in,
        planes.elements(linear + ".weight", Planes.INT8, out, in),
        planes.elements(linear + ".SCB", Planes.FLOAT32, out));
  }
}
