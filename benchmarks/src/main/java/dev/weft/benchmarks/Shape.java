package dev.weft.benchmarks;

import dev.weft.checkpoint.DecoderShape;
import dev.weft.checkpoint.EncoderShape;
import dev.weft.checkpoint.Rope;
import dev.weft.finetune.transformer.BertFamily;
import dev.weft.finetune.transformer.Family;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.LlamaFamily;
import java.util.List;
import java.util.stream.IntStream;

/** The dimensions of the models that are measured, and the linear layers that get an adapter. */
public enum Shape {
  /** Some thousand weights, to try the benchmark itself. */
  TINY("tiny"),
  /** all-MiniLM-L6-v2, which classifies. */
  MINILM("minilm"),
  SMOLLM2_135M("smollm2-135m"),
  /** A Llama of 0.85 billion weights. */
  LLAMA_085B("llama-0.85b");

  /** Of the head of a shape that classifies. */
  static final int CLASSES = 25;

  private static final List<String> ENCODER_TARGETS = List.of("query", "value");
  private static final List<String> DECODER_TARGETS =
      List.of("q_proj", "k_proj", "v_proj", "o_proj");

  private final String label;

  Shape(String label) {
    this.label = label;
  }

  /** As users write it. */
  public String label() {
    return label;
  }

  public Family family() {
    return switch (this) {
      case TINY -> decoder(2, 64, 2, 1, 32, 128, 500);
      case MINILM -> new BertFamily(new EncoderShape(6, 384, 12, 1536, 30_522, 512, 1e-12));
      case SMOLLM2_135M -> decoder(30, 576, 9, 3, 64, 1536, 49_152);
      case LLAMA_085B -> decoder(18, 2048, 32, 8, 64, 5376, 32_000);
    };
  }

  private static Family decoder(
      int layers,
      int hidden,
      int heads,
      int keyValueHeads,
      int headWidth,
      int feedForward,
      int vocabulary) {
    return new LlamaFamily(
        DecoderShape.llama(
            hidden,
            heads,
            keyValueHeads,
            feedForward,
            vocabulary,
            2048,
            Rope.plain(100_000, headWidth),
            layers));
  }

  /** The linear layers that get an adapter, in model order. */
  public List<LinearSite> sites() {
    Family family = family();
    List<String> targets = family.language().isPresent() ? DECODER_TARGETS : ENCODER_TARGETS;
    return IntStream.range(0, family.layers())
        .boxed()
        .flatMap(layer -> family.linears(layer).stream())
        .filter(site -> targets.stream().anyMatch(target -> site.name().endsWith("." + target)))
        .toList();
  }

  @Override
  public String toString() {
    return label;
  }
}
