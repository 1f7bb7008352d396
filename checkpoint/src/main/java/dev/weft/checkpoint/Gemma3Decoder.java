package dev.weft.checkpoint;

import dev.weft.checkpoint.DecoderBlock.Activation;
import dev.weft.checkpoint.DecoderBlock.Norms;
import dev.weft.checkpoint.DecoderBlock.QueryKeyNorm;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The text model of Gemma 3 ("Gemma 3 Technical Report", 2025): five blocks that see a window
 * follow a block that sees all, unless the files say otherwise, and the two kinds turn queries and
 * keys by bases of their own. Only the latter's rope is scaled.
 */
record Gemma3Decoder() implements GemmaLineage {
  private static final double GLOBAL_THETA = 1_000_000;
  private static final double LOCAL_THETA = 10_000;
  private static final int PERIOD = 6;
  private static final String ROPES = "rope_parameters";
  private static final List<String> CAPS =
      List.of("attn_logit_softcapping", "final_logit_softcapping");

  /** The one size whose scores are scaled by another width than that of a head. */
  private static final int LAYERS_OF_27B = 62;

  @Override
  public String name() {
    return "gemma3_text";
  }

  @Override
  public String ggufArchitecture() {
    return "gemma3";
  }

  @Override
  public List<DecoderBlock> blocks(HuggingFaceDecoder config) {
    config.requireActivation("hidden_activation", "gelu_pytorch_tanh");
    config.file().refuse("use_bidirectional_attention");
    CAPS.forEach(config::refuseNumber);
    JsonFile file = config.file();
    double scale = Math.pow(file.positive("query_pre_attn_scalar", 256), -0.5);
    SlidingWindows windows = config.windows();
    DecoderBlock global = block(config.positions(), globalRope(config)).withAttentionScale(scale);
    DecoderBlock local = block(config.positions(), localRope(config)).withAttentionScale(scale);
    List<DecoderBlock> blocks = new ArrayList<>();
    for (boolean sliding : slides(config)) {
      blocks.add(sliding ? local.withWindow(windows.neededWindow()) : global);
    }
    return blocks;
  }

  private static List<Boolean> slides(HuggingFaceDecoder config) {
    return config.windows().areListed()
        ? config.windows().areSliding()
        : slides(
            config.layers(), config.file().count("sliding_window_pattern", PERIOD, Limits.LAYERS));
  }

  /** All but every so many. */
  private static List<Boolean> slides(int layers, int period) {
    return IntStream.rangeClosed(1, layers).mapToObj(layer -> layer % period != 0).toList();
  }

  private static Rope globalRope(HuggingFaceDecoder config) {
    JsonFile file = config.file();
    JsonFile byType = file.object(ROPES);
    if (byType.has("rope_type") || byType.has("rope_theta")) {
      throw file.unsupported("one for all layers in " + ROPES, "one for each of the layer_types");
    }
    JsonFile scaling =
        byType.has(SlidingWindows.FULL)
            ? byType.object(SlidingWindows.FULL)
            : file.object("rope_scaling");
    return config.rope().of(scaling, file.positive("rope_theta", GLOBAL_THETA));
  }

  private static Rope localRope(HuggingFaceDecoder config) {
    JsonFile file = config.file();
    return config
        .rope()
        .of(
            file.object(ROPES).object(SlidingWindows.SLIDING),
            file.positive("rope_local_base_freq", LOCAL_THETA));
  }

  @Override
  public List<DecoderBlock> blocks(GgufDecoder file) {
    CAPS.forEach(file::refuse);
    double width =
        file.layers() == LAYERS_OF_27B ? (double) file.hidden() / file.heads() : file.headWidth();
    DecoderBlock global =
        block(file.positions(), file.rope()).withAttentionScale(Math.pow(width, -0.5));
    if (!file.slides()) {
      return global.times(file.layers());
    }
    double theta = file.positive("rope.freq_base_swa", LOCAL_THETA);
    DecoderBlock local =
        block(file.window(), Rope.plain(theta, file.headWidth()))
            .withAttentionScale(global.attentionScale());
    int period = file.count("attention.sliding_window_pattern", PERIOD, Limits.LAYERS);
    return slides(file.layers(), period).stream().map(sliding -> sliding ? local : global).toList();
  }

  private DecoderBlock block(int window, Rope rope) {
    return DecoderBlock.llama(window, rope)
        .withNorms(norms())
        .withQueryKeyNorm(QueryKeyNorm.HEAD)
        .withActivation(Activation.GELU_TANH);
  }

  @Override
  public Norms norms() {
    return Norms.AROUND;
  }
}
