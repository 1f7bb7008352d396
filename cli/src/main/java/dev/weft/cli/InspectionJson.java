package dev.weft.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.checkpoint.Architecture;
import dev.weft.checkpoint.Checkpoint;
import dev.weft.checkpoint.DecoderShape;
import dev.weft.checkpoint.EncoderShape;
import dev.weft.checkpoint.GgufCheckpoint;
import dev.weft.checkpoint.RawTensor;
import dev.weft.checkpoint.SafetensorsCheckpoint;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.peft.PeftAdapter;
import dev.weft.federation.report.ReportJson;
import dev.weft.finetune.ModelFacts;
import dev.weft.finetune.ModelInspection;
import dev.weft.finetune.ModelTokenizer;
import dev.weft.finetune.transformer.MemoryNeed;
import dev.weft.text.TokenizerDefinition;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@link Inspection} prints, as JSON; numbers are not rounded, bytes are bytes.
 *
 * @param everyTensor whether to list them all
 */
record InspectionJson(boolean everyTensor) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  ObjectNode model(ModelInspection model, int batch, int length) {
    TokenizerDefinition texts = ModelTokenizer.of(model.model());
    ModelFacts held = model.facts();
    MemoryNeed need = model.memory(batch, length);
    ObjectNode json = NODES.objectNode().put("kind", "model").put("name", model.model().name());
    json.set("architecture", architecture(model.model().architecture()));
    json.put("tokens", texts.vocabulary());
    json.put("chatTemplate", texts.chat().template().isPresent());
    json.put("bytes", model.bytes());
    ArrayNode formats = json.putArray("formats");
    for (ModelInspection.Format format : model.formats()) {
      ObjectNode one = formats.addObject().put("scheme", format.scheme());
      one.put("layers", format.layers()).put("weights", format.weights());
      one.put("bytes", format.bytes());
      ReportJson.number(one, "bitsPerWeight", format.bitsPerWeight());
    }
    json.put("parameters", held.parameters());
    json.put("quantization", held.quantization());
    ReportJson.number(json, "bitsPerWeight", held.bitsPerWeight());
    json.put("residentBytes", held.residentBytes());
    json.put("digest", held.digest().hex());
    ObjectNode training = json.putObject("training").put("batch", batch).put("length", length);
    training.put("decodedBytes", need.decodedBytes());
    training.put("keptBytes", need.keptBytes());
    training.put("rematerializedBytes", need.rematerializedBytes());
    return tensors(json, model.tensors());
  }

  /** An adapter that PEFT saved. */
  ObjectNode peft(Path weights) {
    JsonValues config = JsonValues.read(weights.resolveSibling(PeftAdapter.CONFIG));
    ObjectNode json = NODES.objectNode().put("kind", "adapter").put("name", weights.toString());
    text(json, "baseModel", config.at("base_model_name_or_path"));
    text(json, "form", config.at("peft_type"));
    return adapter(json, SafetensorsCheckpoint.open(weights), weights);
  }

  /** An adapter for llama.cpp. */
  ObjectNode gguf(GgufCheckpoint adapter) {
    ObjectNode json = NODES.objectNode().put("kind", "adapter").put("name", adapter.source());
    text(json, "baseModel", adapter.metadata().text("general.architecture"));
    json.put("form", "LORA");
    return adapter(json, adapter, Path.of(adapter.source()));
  }

  private ObjectNode adapter(ObjectNode json, Checkpoint adapter, Path file) {
    List<RawTensor> tensors = Inspection.tensors(adapter);
    List<RawTensor> factors = Inspection.factors(tensors);
    json.put("layers", factors.size());
    ArrayNode ranks = json.putArray("ranks");
    Inspection.ranks(factors).forEach(ranks::add);
    json.put("values", tensors.stream().mapToLong(RawTensor::elements).sum());
    json.put("bytes", tensors.stream().mapToLong(tensor -> tensor.bytes().remaining()).sum());
    json.put("digest", Inspection.digest(file).hex());
    return tensors(json, tensors);
  }

  ObjectNode run(Path folder) {
    WeftConfig config =
        ConfigLoader.load(Optional.of(folder.resolve(TunedModel.RUN_CONFIG)), Map.of());
    JsonValues provenance = JsonValues.read(folder.resolve("provenance.json"));
    ObjectNode json = NODES.objectNode().put("kind", "run").put("name", folder.toString());
    json.put("method", config.method().name());
    json.put("model", config.model().source());
    json.put("data", config.data().source());
    json.put("seed", config.run().seed());
    json.put("rounds", config.run().rounds());
    json.put("committed", Inspection.rounds(folder));
    text(json, "modelDigest", provenance.at("digests.model"));
    text(json, "adapterDigest", provenance.at("digests.adapter"));
    return json;
  }

  private static ObjectNode architecture(Architecture architecture) {
    if (architecture instanceof Architecture.Encoder encoder) {
      EncoderShape shape = encoder.shape();
      return NODES
          .objectNode()
          .put("type", "encoder")
          .put("layers", shape.layers())
          .put("hidden", shape.hidden())
          .put("heads", shape.heads())
          .put("feedForward", shape.feedForward())
          .put("positions", shape.positions());
    }
    DecoderShape shape = ((Architecture.Decoder) architecture).shape();
    return NODES
        .objectNode()
        .put("type", "decoder")
        .put("layers", shape.layers())
        .put("hidden", shape.hidden())
        .put("heads", shape.heads())
        .put("keyValueHeads", shape.keyValueHeads())
        .put("feedForward", shape.feedForward())
        .put("positions", shape.positions());
  }

  private ObjectNode tensors(ObjectNode json, List<RawTensor> tensors) {
    json.put("arrays", tensors.size());
    if (everyTensor) {
      ArrayNode all = json.putArray("tensors");
      for (RawTensor tensor : tensors) {
        ObjectNode one = all.addObject().put("name", tensor.name());
        one.put("type", tensor.type().toString());
        ArrayNode shape = one.putArray("shape");
        tensor.shape().forEach(shape::add);
        one.put("bytes", tensor.bytes().remaining());
      }
    }
    return json;
  }

  private static void text(ObjectNode json, String key, Optional<String> value) {
    json.put(key, value.orElse(null));
  }
}
