package dev.weft.finetune.transformer;

import dev.weft.checkpoint.Checkpoint;
import dev.weft.checkpoint.RawTensor;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what a model's files hold and nobody reads. Where a family computes, an array that it does
 * not know means that the model is another one than the engine would run: a norm more, a bias, a
 * layer. Elsewhere, in the heads and towers of other tasks, arrays may lie unread.
 *
 * <p>The arrays of one linear layer are its format's business, which takes all of them.
 */
final class UnreadTensors {
  /**
   * What tools save and nobody needs: tables that follow from the configuration, counters, and the
   * scales of key-value caches, which Weft holds in float32.
   */
  private static final List<String> HARMLESS =
      List.of(
          ".rotary_emb.inv_freq",
          ".rotary_emb.cos_cached",
          ".rotary_emb.sin_cached",
          ".position_ids",
          ".token_type_ids",
          ".num_batches_tracked",
          ".k_scale",
          ".v_scale",
          ".kv_scale");

  private static final String TIED =
      "differs from the token table, but config.json says tie_word_embeddings true; set it to"
          + " false if the model has an output layer of its own";

  private final Family family;
  private final Checkpoint weights;
  private final Set<String> vectors = new HashSet<>();
  private final Set<String> matrices = new HashSet<>();

  private UnreadTensors(Family family, Checkpoint weights) {
    this.family = family;
    this.weights = weights;
    matrices.add(layer(family.tokenTable()));
    family
        .language()
        .map(LanguageFamily::outputTable)
        .map(UnreadTensors::layer)
        .ifPresent(matrices::add);
    family.outside().forEach(parameter -> vectors.add(parameter.name()));
    for (int layer = 0; layer < family.layers(); layer++) {
      family.linears(layer).forEach(site -> matrices.add(site.name()));
      family.vectors(layer).forEach(parameter -> vectors.add(parameter.name()));
    }
  }

  /**
   * @throws WeftException if the files hold an array that the family would have to read and does
   *     not know
   */
  static void refuse(Family family, Checkpoint weights) {
    UnreadTensors unread = new UnreadTensors(family, weights);
    weights.names().stream().filter(unread::isStranger).findFirst().ifPresent(unread::refuse);
  }

  private boolean isStranger(String name) {
    return isComputedWith(name)
        && !vectors.contains(name)
        && !belongsToMatrix(name)
        && HARMLESS.stream().noneMatch(name::endsWith)
        && !isZeroBias(name)
        && !isCopyOfTokens(name);
  }

  /**
   * Whether the array is of the part that the family computes with. Adapters have what they change
   * further in their names.
   */
  private boolean isComputedWith(String name) {
    return family.trunk().stream().anyMatch(name::startsWith)
        || name.contains("." + family.blocks())
        || isOfAdapter(name);
  }

  private static boolean isOfAdapter(String name) {
    return name.contains(".lora_");
  }

  /** Whether it is a plane of a matrix; a bias is none. */
  private boolean belongsToMatrix(String name) {
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      if (matrices.contains(name.substring(0, dot))) {
        return !name.substring(dot).equals(".bias");
      }
    }
    return false;
  }

  /** GPTQ files often carry biases that are all zero. */
  private boolean isZeroBias(String name) {
    if (!name.endsWith(".bias")) {
      return false;
    }
    ByteBuffer bytes = weights.find(name).orElseThrow().bytes();
    while (bytes.hasRemaining()) {
      if (bytes.get() != 0) {
        return false;
      }
    }
    return true;
  }

  /** The output layer of a model whose token table serves for it, if it is the same. */
  private boolean isCopyOfTokens(String name) {
    Optional<RawTensor> tokens =
        isNameOfCopy(name) ? weights.find(family.tokenTable()) : Optional.empty();
    if (tokens.isEmpty()) {
      return false;
    }
    RawTensor output = weights.find(name).orElseThrow();
    return output.type() == tokens.get().type()
        && output.shape().equals(tokens.get().shape())
        && output.bytes().equals(tokens.get().bytes());
  }

  private boolean isNameOfCopy(String name) {
    return family.language().map(LanguageFamily::copyOfTokens).filter(name::equals).isPresent();
  }

  private void refuse(String name) {
    throw new WeftException(
        Problem.UNSUPPORTED_MODEL,
        Text.format("%s %s", weights.place(name), isNameOfCopy(name) ? TIED : reason(name)));
  }

  private String reason(String name) {
    if (isOfAdapter(name)) {
      return "is part of an adapter; merge it into the model, or keep it in a folder of its own";
    }
    if (isBeyondTheBlocks(name)) {
      return Text.format(
          "lies beyond the %d layers that the model's configuration announces; use weights and"
              + " configuration of one model",
          family.layers());
    }
    return "has no place in a model of this type in Weft, and leaving it out would change what the"
        + " model says; use a model of a family that docs/models.md lists, without it";
  }

  private boolean isBeyondTheBlocks(String name) {
    Matcher block = Pattern.compile(Pattern.quote(family.blocks()) + "(\\d{1,9})\\.").matcher(name);
    return block.find() && Integer.parseInt(block.group(1)) >= family.layers();
  }

  private static String layer(String weight) {
    return weight.substring(0, weight.length() - ".weight".length());
  }
}
