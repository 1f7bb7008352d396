package dev.weft.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A {@code tokenizer.json} with what the files beside it add, as transformers puts them together:
 * {@code tokenizer_config.json} (and before it {@code special_tokens_map.json}) names special
 * tokens by their text, {@code config.json} and {@code generation_config.json} number them. All
 * that are named to end a text count.
 */
final class HuggingFaceDefinition {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BEGINNING = "bos_token";
  private static final String END = "eos_token";
  private static final String PADDING = "pad_token";

  /** What templates see under the same names. */
  private static final List<String> NAMES =
      List.of(BEGINNING, END, "unk_token", "sep_token", PADDING, "cls_token", "mask_token");

  private static final List<String> LISTS =
      List.of("additional_special_tokens", "extra_special_tokens");

  private final Path definition;
  private final JsonNode settings;
  private final JsonNode olderNames;
  private final Map<Path, JsonNode> numbering;
  private final String json;
  private final TokenTable tokens;

  private HuggingFaceDefinition(Path definition, Optional<Path> settings) {
    this.definition = definition;
    this.settings = settings.map(HuggingFaceDefinition::tree).orElse(MissingNode.getInstance());
    this.olderNames = beside("special_tokens_map.json").orElse(MissingNode.getInstance());
    this.numbering = new LinkedHashMap<>();
    for (String name : List.of("config.json", "generation_config.json")) {
      beside(name).ifPresent(content -> numbering.put(definition.resolveSibling(name), content));
    }
    String written = text(definition);
    this.tokens = table(written);
    this.json = withUnits(written);
  }

  /**
   * @param rows of the embedding table
   */
  static TokenizerDefinition read(
      Path definition, Optional<Path> settings, Optional<Path> chatTemplate, int rows) {
    HuggingFaceDefinition all = new HuggingFaceDefinition(definition, settings);
    all.requireRows(rows);
    return new TokenizerDefinition(
        definition.toString(),
        all.json,
        all.tokens.last(),
        Frame.of(all.tokens.frame(), definition.toString()),
        all.special(),
        chatTemplate.map(HuggingFaceDefinition::text).map(ChatSource::one).orElseGet(all::chat),
        all.variables());
  }

  private TokenTable table(String content) {
    Set<String> texts = new HashSet<>(SpecialTokens.KNOWN_TURN_ENDS);
    texts.addAll(units());
    Set<Integer> ids = new HashSet<>();
    for (String name : NAMES) {
      ids.addAll(numbers(name));
    }
    return TokenTable.of(content, definition.toString(), texts, ids);
  }

  private SpecialTokens special() {
    return new SpecialTokens(
        first(BEGINNING),
        all(END).toList(),
        SpecialTokens.KNOWN_TURN_ENDS.stream().flatMap(text -> tokens.find(text).stream()).toList(),
        first(PADDING));
  }

  private Optional<SpecialTokens.Token> first(String name) {
    return all(name).findFirst();
  }

  /** By their text, then by the ids the model gives. */
  private Stream<SpecialTokens.Token> all(String name) {
    return Stream.concat(
        named(name).flatMap(tokens::find).stream(),
        numbers(name).stream().flatMap(id -> tokens.find(id).stream()));
  }

  private Optional<String> named(String name) {
    return written(settings.path(name)).or(() -> written(olderNames.path(name)));
  }

  /** A token's text, which newer files wrap in an object. */
  private static Optional<String> written(JsonNode token) {
    JsonNode text = token.isObject() ? token.path("content") : token;
    return text.isTextual() ? Optional.of(text.asText()) : Optional.empty();
  }

  private List<Integer> numbers(String name) {
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode file : numbering.values()) {
      numbers.addAll(numbers(file, name));
    }
    return numbers;
  }

  /** One id or several; some files write -1 for none. */
  private static List<Integer> numbers(JsonNode file, String name) {
    JsonNode ids = file.path(name + "_id");
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode id : ids.isArray() ? ids : List.of(ids)) {
      if (id.isIntegralNumber() && id.longValue() >= 0) {
        numbers.add((int) Math.min(id.longValue(), Integer.MAX_VALUE));
      }
    }
    return numbers;
  }

  private void requireRows(int rows) {
    numbering.forEach(
        (file, content) -> {
          for (String name : List.of(BEGINNING, END, PADDING)) {
            for (int id : numbers(content, name)) {
              if (id >= rows) {
                throw new WeftException(
                    Problem.BAD_CHECKPOINT,
                    Text.format(
                        "%s: gives %s_id as %d where the embedding table has %d rows; use the file"
                            + " of this model",
                        file, name, id, rows));
              }
            }
          }
        });
  }

  /** Every text that one of the files names as a token of its own. */
  private Set<String> units() {
    Set<String> units = new LinkedHashSet<>();
    for (String name : NAMES) {
      named(name).ifPresent(units::add);
    }
    for (JsonNode names : List.of(settings, olderNames)) {
      for (String list : LISTS) {
        names.path(list).forEach(token -> written(token).ifPresent(units::add));
      }
    }
    settings.path("added_tokens_decoder").forEach(token -> written(token).ifPresent(units::add));
    return units;
  }

  /**
   * The definition with every token of its vocabulary that is named as one found whole in a text,
   * as transformers has it. Named tokens that the vocabulary lacks stay without an id.
   */
  private String withUnits(String written) {
    List<SpecialTokens.Token> missing =
        units().stream()
            .filter(text -> !tokens.isAdded(text))
            .flatMap(text -> tokens.find(text).stream())
            .toList();
    if (missing.isEmpty()) {
      return written;
    }
    ObjectNode changed = (ObjectNode) tree(definition);
    ArrayNode added =
        changed.path("added_tokens") instanceof ArrayNode some
            ? some
            : changed.putArray("added_tokens");
    missing.forEach(token -> Vocabulary.addUnit(added, token.id(), token.text(), true));
    return changed.toString();
  }

  /** One template, or several by name. */
  private ChatSource chat() {
    JsonNode template = settings.path("chat_template");
    if (template.isTextual()) {
      return ChatSource.one(template.asText());
    }
    Map<String, String> named = new LinkedHashMap<>();
    template.forEach(one -> named.put(one.path("name").asText(), one.path("template").asText()));
    return ChatSource.of(named);
  }

  private Map<String, String> variables() {
    Map<String, String> variables = new LinkedHashMap<>();
    for (String name : NAMES) {
      named(name).ifPresent(text -> variables.put(name, text));
    }
    JsonNode extra = settings.path("extra_special_tokens");
    if (extra.isObject()) {
      extra
          .properties()
          .forEach(
              token ->
                  written(token.getValue()).ifPresent(text -> variables.put(token.getKey(), text)));
    }
    return variables;
  }

  private Optional<JsonNode> beside(String name) {
    return Optional.of(definition.resolveSibling(name))
        .filter(Files::exists)
        .map(HuggingFaceDefinition::tree);
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
