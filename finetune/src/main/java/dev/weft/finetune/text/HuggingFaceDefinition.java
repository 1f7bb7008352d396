package dev.weft.finetune.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.finetune.checkpoint.TokenizerSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A {@code tokenizer.json} with what the files beside it add: {@code tokenizer_config.json} names
 * special tokens, {@code config.json} numbers them, {@code generation_config.json} lists what ends
 * a turn where that is more than one token.
 */
final class HuggingFaceDefinition {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TokenTable tokens;
  private final JsonNode settings;
  private final JsonNode model;
  private final JsonNode generation;

  private HuggingFaceDefinition(
      TokenTable tokens, JsonNode settings, JsonNode model, JsonNode generation) {
    this.tokens = tokens;
    this.settings = settings;
    this.model = model;
    this.generation = generation;
  }

  static TokenizerDefinition read(TokenizerSource.HuggingFace files) {
    Path definition = files.definition();
    String json = text(definition);
    TokenTable tokens = TokenTable.of(json, definition.toString());
    HuggingFaceDefinition all =
        new HuggingFaceDefinition(
            tokens,
            files.settings().map(HuggingFaceDefinition::tree).orElse(MissingNode.getInstance()),
            beside(definition, "config.json"),
            beside(definition, "generation_config.json"));
    return new TokenizerDefinition(
        definition.toString(),
        json,
        tokens.size(),
        all.special(),
        files.chatTemplate().map(HuggingFaceDefinition::text).or(all::chatTemplate));
  }

  private SpecialTokens special() {
    List<SpecialTokens.Token> ends = new ArrayList<>();
    special("eos_token").ifPresent(ends::add);
    JsonNode ids = generation.path("eos_token_id");
    for (JsonNode id : ids.isArray() ? ids : List.of(ids)) {
      tokens.find(id.asInt(-1)).ifPresent(ends::add);
    }
    return new SpecialTokens(special("bos_token"), ends, special("pad_token"));
  }

  /** By its text, which newer files wrap in an object, else by the id the model gives. */
  private Optional<SpecialTokens.Token> special(String name) {
    JsonNode entry = settings.path(name);
    String text = entry.isObject() ? entry.path("content").asText() : entry.asText("");
    return tokens.find(text).or(() -> tokens.find(model.path(name + "_id").asInt(-1)));
  }

  /** One template, or several of which one is the default. */
  private Optional<String> chatTemplate() {
    JsonNode template = settings.path("chat_template");
    for (JsonNode named : template) {
      if (named.path("name").asText().equals("default")) {
        return Optional.of(named.path("template").asText());
      }
    }
    return template.isTextual() ? Optional.of(template.asText()) : Optional.empty();
  }

  private static JsonNode beside(Path definition, String name) {
    Path file = definition.resolveSibling(name);
    return Files.exists(file) ? tree(file) : MissingNode.getInstance();
  }

  private static JsonNode tree(Path file) {
    try {
      return JSON.readTree(text(file));
    } catch (JsonProcessingException e) {
      throw new WeftException(
          Problem.BAD_CHECKPOINT,
          Text.format("%s: is not JSON (%s); download it again", file, e.getOriginalMessage()));
    }
  }

  private static String text(Path file) {
    return new String(TokenizerDefinition.bytes(file), StandardCharsets.UTF_8);
  }
}
