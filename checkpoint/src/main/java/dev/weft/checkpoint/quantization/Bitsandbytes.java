package dev.weft.checkpoint.quantization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.checkpoint.ElementType;
import dev.weft.checkpoint.RawTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/**
 * NF4, FP4 and LLM.int8 as bitsandbytes serializes them (quantization.md F1, F2). Tables come from
 * the file, because versions differ in the last bits. Values are float32; the file's {@code dtype},
 * to which bitsandbytes would round them, is not applied.
 */
record Bitsandbytes() implements WeightFormat {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String WEIGHT = ".weight";

  /** More than any quantization state takes. */
  private static final int LONGEST_STATE = 1 << 16;

  @Override
  public Optional<StoredMatrix> find(Planes planes, int out, int in) {
    for (String type : List.of("nf4", "fp4")) {
      String state = WEIGHT + ".quant_state.bitsandbytes__" + type;
      if (planes.has(state)) {
        return Optional.of(fourBit(planes, type, State.read(planes, state), out, in));
      }
    }
    return planes.has(".SCB") ? Optional.of(eightBit(planes, out, in)) : Optional.empty();
  }

  private static StoredMatrix fourBit(Planes planes, String type, State state, int out, int in) {
    state.requireShape(out, in);
    state.requireType(type);
    int values = Math.multiplyExact(out, in);
    int block = state.block("blocksize");
    int blocks = (values - 1) / block + 1;
    RawTensor codes = planes.take(WEIGHT, EnumSet.allOf(ElementType.class));
    if (codes.bytes().remaining() != (values + 1) / 2) {
      throw planes.malformed(
          WEIGHT,
          "has %d bytes where %d are needed for [%d, %d] 4-bit codes; fetch the model again",
          codes.bytes().remaining(),
          (values + 1) / 2,
          out,
          in);
    }
    boolean nested = planes.has(WEIGHT + ".nested_absmax");
    return new CodebookMatrix(
        nested ? type + "-double" : type,
        out,
        in,
        codes.bytes(),
        planes.elements(WEIGHT + ".quant_map", Planes.FLOAT32, 16),
        block,
        nested
            ? nested(planes, state, blocks)
            : planes.elements(WEIGHT + ".absmax", Planes.FLOAT32, blocks));
  }

  private static NestedScales nested(Planes planes, State state, int blocks) {
    int block = state.block("nested_blocksize");
    return new NestedScales(
        planes.take(WEIGHT + ".absmax", Planes.UINT8, blocks).bytes(),
        planes.elements(WEIGHT + ".nested_quant_map", Planes.FLOAT32, 256),
        planes.elements(WEIGHT + ".nested_absmax", Planes.FLOAT32, (blocks - 1) / block + 1),
        block,
        state.number("nested_offset"));
  }

  /** The JSON text that bitsandbytes saves as bytes beside the codes. */
  private record State(Planes planes, String plane, JsonNode fields) {

    static State read(Planes planes, String plane) {
      ByteBuffer stored = planes.take(plane, Planes.UINT8).bytes();
      byte[] text = new byte[Math.min(stored.remaining(), LONGEST_STATE)];
      stored.get(text);
      try {
        return new State(planes, plane, JSON.readTree(text));
      } catch (IOException e) {
        throw planes.malformed(plane, "is no JSON object; fetch the model again");
      }
    }

    void requireShape(int out, int in) {
      JsonNode shape = fields.path("shape");
      if (shape.size() != 2 || shape.path(0).asInt() != out || shape.path(1).asInt() != in) {
        throw planes.malformed(
            plane,
            "says its shape is %s where [%d, %d] is needed; check that it belongs to this model",
            shape,
            out,
            in);
      }
    }

    void requireType(String type) {
      String said = fields.path("quant_type").asText(type);
      if (!said.equals(type)) {
        throw planes.malformed(plane, "says quant_type %s; fetch the model again", said);
      }
    }

    int block(String key) {
      int block = fields.path(key).asInt();
      if (block < 2 || block > 4096 || Integer.bitCount(block) != 1) {
        throw planes.malformed(
            plane, "has %s %s; a power of two up to 4096 is needed", key, fields.path(key));
      }
      return block;
    }

    float number(String key) {
      JsonNode number = fields.path(key);
      if (!number.isNumber() || !Float.isFinite(number.floatValue())) {
        throw planes.malformed(plane, "has no finite number %s; fetch the model again", key);
      }
      return number.floatValue();
    }
  }

  private static StoredMatrix eightBit(Planes planes, int out, int in) {
    if (planes.number(".weight_format").orElse(0L) != 0) {
      throw planes.unsupported(
          ".weight_format",
          "is not 0; only row-major int8 weights can be read, so save the model again with a"
              + " current bitsandbytes");
    }
    return RowInt8.matrix(
        out,
        in,
        planes.elements(WEIGHT, Planes.INT8, out, in),
        planes.elements(".SCB", Planes.FLOAT32, out));
  }
}
