package dev.weft.checkpoint;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A GGUF file as a decoder: its metadata as dimensions, its arrays under Hugging Face names and in
 * Hugging Face order. An array that has no place in the family is refused, as leaving it out would
 * change what the model says.
 */
public final class GgufDecoder {
  private static final String TOKENS = "token_embd.weight";
  private static final String OUTPUT = "output.weight";
  private static final String WINDOW = "attention.sliding_window";
  private static final String ROPE_FACTORS = "rope_freqs.weight";

  private final GgufCheckpoint file;
  private final GgufMetadata metadata;
  private final DecoderFamily family;
  private final DecoderShape shape;

  private GgufDecoder(GgufCheckpoint file, DecoderFamily family) {
    this.file = file;
    this.metadata = file.metadata();
    this.family = family;
    this.shape = readShape();
  }

  /**
   * @throws WeftException if the file holds no model of a known family or contradicts itself
   */
  static GgufDecoder of(GgufCheckpoint file) {
    String type = file.metadata().name("general.type").orElse("model");
    String architecture = file.metadata().name("general.architecture").orElse("");
    if (!type.equals("model")) {
      throw unsupported(file, Text.format("holds a GGUF of type %s", type), "type model");
    }
    DecoderFamily family =
        ModelFamilies.ofGguf(architecture)
            .orElseThrow(
                () ->
                    unsupported(
                        file,
                        Text.format("has the architecture \"%s\"", architecture),
                        ModelFamilies.ggufArchitectures().toString()));
    return new GgufDecoder(file, family);
  }

  DecoderShape shape() {
    return shape;
  }

  Architecture.Decoder architecture() {
    return new Architecture.Decoder(family, shape);
  }

  /** Under Hugging Face names; query and key rows are put in order when they are read. */
  Checkpoint weights() {
    Map<String, String> storedNames = new LinkedHashMap<>();
    for (String stored : file.names()) {
      if (!stored.equals(ROPE_FACTORS)) {
        storedNames.put(
            GgufNames.toHuggingFace(stored, family.norms()).orElseThrow(() -> stranger(stored)),
            stored);
      }
    }
    return new RenamedTensors(file, storedNames, this::inOrder);
  }

  private RawTensor inOrder(RawTensor stored) {
    if (family.rowsPermutedInGguf() && stored.name().endsWith(".attn_q.weight")) {
      return ordered(stored.name(), shape.heads());
    }
    if (family.rowsPermutedInGguf() && stored.name().endsWith(".attn_k.weight")) {
      return ordered(stored.name(), shape.keyValueHeads());
    }
    return stored;
  }

  private RawTensor ordered(String stored, int heads) {
    RotaryRows rows = new RotaryRows(heads, shape.headWidth());
    return file.tensor(stored, heads * shape.headWidth(), shape.hidden()).gather(rows.fromGguf());
  }

  private DecoderShape readShape() {
    if (metadata.integer(key("expert_count")).orElse(0) > 0) {
      throw unsupported(file, "is a mixture of experts", "models with one feed-forward per layer");
    }
    int hidden = hidden();
    int heads = heads();
    int headWidth = headWidth();
    requireWidth("attention.value_length", headWidth);
    requireWidth("rope.dimension_count", headWidth);
    try {
      return new DecoderShape(
          hidden,
          heads,
          count("attention.head_count_kv", heads, Limits.HEADS),
          headWidth,
          count("feed_forward_length", Limits.FEED_FORWARD),
          vocabulary(),
          positions(),
          positive("attention.layer_norm_rms_epsilon", 1e-6),
          file.find(OUTPUT).isEmpty(),
          0,
          family.embeddingScale(hidden),
          family.blocks(this));
    } catch (IllegalArgumentException e) {
      throw metadata.bad("contradicts itself, " + e.getMessage());
    }
  }

  public int layers() {
    return count("block_count", Limits.LAYERS);
  }

  public int positions() {
    return count("context_length", Limits.POSITIONS);
  }

  public int hidden() {
    return count("embedding_length", Limits.HIDDEN);
  }

  public int heads() {
    return count("attention.head_count", Limits.HEADS);
  }

  public int headWidth() {
    return count("attention.key_length", hidden() / heads(), Limits.HEAD_WIDTH);
  }

  /** Whether a window is said. */
  public boolean slides() {
    return metadata.integer(key(WINDOW)).isPresent();
  }

  /** That the model does not have what this key is about. */
  public void refuse(String suffix) {
    if (metadata.number(key(suffix)).isPresent()) {
      throw unsupported(file, "sets " + key(suffix), "models without it");
    }
  }

  /** How many tokens a token sees where the model slides; all of them if nothing is said. */
  public int window() {
    return Math.min(positions(), count(WINDOW, positions(), Limits.POSITIONS));
  }

  /** A Llama's block with this model's one rope. */
  public DecoderBlock block() {
    return DecoderBlock.llama(positions(), rope());
  }

  /** Blocks like this one, with the model's window. */
  public List<DecoderBlock> windowedEverywhere(DecoderBlock block) {
    return block.withWindow(window()).times(layers());
  }

  private int vocabulary() {
    RawTensor tokens =
        file.find(TOKENS).orElseThrow(() -> metadata.bad(Text.format("has no tensor %s", TOKENS)));
    return tokens.shape().get(0);
  }

  /** The one rope of the file, or that of the layers which see all. */
  public Rope rope() {
    int headWidth = headWidth();
    double theta = positive("rope.freq_base", 10_000);
    String scaling = metadata.name(key("rope.scaling.type")).orElse("linear");
    double factor = positive("rope.scaling.factor", positive("rope.scale_linear", 1));
    Rope rope =
        switch (scaling) {
          case "none" -> Rope.plain(theta, headWidth);
          case "linear" -> Rope.plain(theta, headWidth).linear(factor);
          case "yarn" -> Rope.yarn(theta, headWidth, yarn(factor));
          default -> throw unsupported(file, "scales rope by " + scaling, "none, linear and yarn");
        };
    return file.find(ROPE_FACTORS).isEmpty() ? rope : rope.slowed(ropeFactors(headWidth));
  }

  private Rope.Yarn yarn(double factor) {
    for (String suffix : List.of("attn_factor", "yarn_ext_factor", "yarn_attn_factor")) {
      if (positive("rope.scaling." + suffix, 1) != 1) {
        throw unsupported(file, "sets " + key("rope.scaling." + suffix), "yarn without it");
      }
    }
    return new Rope.Yarn(
        factor,
        positive("rope.scaling.original_context_length", positions()),
        positive("rope.scaling.yarn_beta_fast", 32),
        positive("rope.scaling.yarn_beta_slow", 1),
        true,
        Rope.Yarn.recommended(factor, 1));
  }

  private float[] ropeFactors(int headWidth) {
    RawTensor factors = file.tensor(ROPE_FACTORS, headWidth / 2);
    if (factors.type() != ElementType.F32) {
      throw metadata.bad(Text.format("tensor %s is %s, not F32", ROPE_FACTORS, factors.type()));
    }
    float[] values = new float[headWidth / 2];
    factors.bytes().asFloatBuffer().get(values);
    return values;
  }

  private void requireWidth(String suffix, int headWidth) {
    int width = count(suffix, headWidth, Limits.HEAD_WIDTH);
    if (width != headWidth) {
      throw unsupported(
          file, Text.format("gives %s as %d", key(suffix), width), "the head width " + headWidth);
    }
  }

  private int count(String suffix, int most) {
    if (metadata.integer(key(suffix)).isEmpty()) {
      throw metadata.bad(Text.format("does not say %s", key(suffix)));
    }
    return count(suffix, 0, most);
  }

  /** A whole number from 1 to {@code most} under the architecture's key of this ending. */
  public int count(String suffix, int otherwise, int most) {
    OptionalLong value = metadata.integer(key(suffix));
    if (value.isPresent() && (value.getAsLong() < 1 || value.getAsLong() > most)) {
      throw metadata.bad(
          Text.format(
              "gives %s as %d where a whole number from 1 to %d is needed",
              key(suffix), value.getAsLong(), most));
    }
    return (int) value.orElse(otherwise);
  }

  /** A number above zero, likewise. */
  public double positive(String suffix, double otherwise) {
    OptionalDouble value = metadata.number(key(suffix));
    if (value.isPresent() && !(value.getAsDouble() > 0 && Double.isFinite(value.getAsDouble()))) {
      throw metadata.bad(
          Text.format(
              "gives %s as %s where a number above 0 is needed", key(suffix), value.getAsDouble()));
    }
    return value.orElse(otherwise);
  }

  private String key(String suffix) {
    return family.ggufArchitecture() + "." + suffix;
  }

  private WeftException stranger(String stored) {
    return unsupported(
        file,
        Text.format(
            "holds tensor %s, which a decoder of type %s does not have",
            stored, family.ggufArchitecture()),
        ModelFamilies.ggufArchitectures().toString());
  }

  private static WeftException unsupported(GgufCheckpoint file, String what, String supported) {
    return new WeftException(
        Problem.UNSUPPORTED_MODEL,
        Text.format("%s: %s; Weft supports %s", file.source(), what, supported));
  }
}
