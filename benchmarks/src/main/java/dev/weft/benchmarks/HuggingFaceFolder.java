package dev.weft.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.checkpoint.DecoderBlock;
import dev.weft.checkpoint.DecoderShape;
import dev.weft.checkpoint.Rope;
import dev.weft.core.tensor.Safetensors;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.transformer.Family;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.LlamaFamily;
import dev.weft.finetune.transformer.ModelWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a Llama with all weights decoded, as transformers reads it. */
final class HuggingFaceFolder {
  private HuggingFaceFolder() {}

  /**
   * Writes {@code config.json} and {@code model.safetensors}, in float32.
   *
   * @throws IllegalArgumentException if the model is not a plain Llama
   */
  static void write(Path folder, DecoderShape shape, ModelWeights weights) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), config(shape).toPrettyString());
    Safetensors.write(
        tensors(new LlamaFamily(shape), weights),
        Map.of("format", "pt"),
        folder.resolve("model.safetensors"));
  }

  private static ObjectNode config(DecoderShape shape) {
    Rope rope = shape.blocks().get(0).rope();
    List<DecoderBlock> plain = DecoderBlock.llama(shape.positions(), rope).times(shape.layers());
    if (!shape.blocks().equals(plain) || shape.normOffset() != 0) {
      throw new IllegalArgumentException("shape: only a plain Llama can be written");
    }
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.putArray("architectures").add("LlamaForCausalLM");
    return config
        .put("model_type", "llama")
        .put("num_hidden_layers", shape.layers())
        .put("hidden_size", shape.hidden())
        .put("num_attention_heads", shape.heads())
        .put("num_key_value_heads", shape.keyValueHeads())
        .put("head_dim", shape.headWidth())
        .put("intermediate_size", shape.feedForward())
        .put("vocab_size", shape.vocabulary())
        .put("max_position_embeddings", shape.positions())
        .put("rms_norm_eps", shape.epsilon())
        .put("rope_theta", theta(rope, shape.headWidth()))
        .put("hidden_act", "silu")
        .put("tie_word_embeddings", shape.tied());
  }

  /** The base wavelength: pair 1 turns by {@code theta^(-2 / headWidth)}. */
  private static double theta(Rope rope, int headWidth) {
    List<Double> frequencies = rope.inverseFrequencies();
    double theta = Math.rint(Math.pow(frequencies.get(1), -headWidth / 2.0));
    List<Double> plain = Rope.plain(theta, headWidth).inverseFrequencies();
    for (int pair = 0; pair < plain.size(); pair++) {
      if (Math.abs(plain.get(pair) / frequencies.get(pair) - 1) > 1e-5) {
        throw new IllegalArgumentException("shape: a scaled rotary embedding cannot be written");
      }
    }
    return theta;
  }

  private static TensorMap tensors(LlamaFamily family, ModelWeights weights) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    int vocabulary = family.vocabulary();
    for (String table : List.of(family.tokenTable(), family.outputTable())) {
      tensors.computeIfAbsent(
          table, name -> weights.table(name, vocabulary, family.hidden()).decode());
    }
    family.outside().forEach(parameter -> put(tensors, parameter, weights));
    for (int layer = 0; layer < family.layers(); layer++) {
      for (LinearSite site : family.linears(layer)) {
        tensors.put(site.name() + ".weight", weights.linear(site).decode());
      }
      family.vectors(layer).forEach(parameter -> put(tensors, parameter, weights));
    }
    return TensorMap.of(tensors);
  }

  private static void put(
      Map<String, Tensor> tensors, Family.Parameter parameter, ModelWeights weights) {
    if (!parameter.name().isEmpty()) {
      tensors.put(parameter.name(), weights.vector(parameter));
    }
  }
}
