package dev.weft.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What of a {@code tokenizer.json} must be known on this side: its added tokens, those of its
 * tokens that are asked for, the last one and what is put around a text. The rest of the vocabulary
 * is passed over, as it can have a quarter of a million entries.
 */
final class TokenTable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** No vocabulary has more; it bounds what a malformed file can make us allocate later. */
  private static final int MOST_TOKENS = 1 << 24;

  private final String source;
  private final Set<String> texts;
  private final Set<Integer> ids;
  private final Set<String> added = new HashSet<>();
  private final Map<String, Integer> byText = new HashMap<>();
  private final Map<Integer, String> byId = new HashMap<>();
  private SpecialTokens.Token last = new SpecialTokens.Token(-1, "");
  private JsonNode frame = MissingNode.getInstance();

  private TokenTable(String source, Set<String> texts, Set<Integer> ids) {
    this.source = source;
    this.texts = texts;
    this.ids = ids;
  }

  /**
   * @param texts tokens of the vocabulary to remember by their text
   * @param ids tokens of the vocabulary to remember by their id
   * @throws WeftException if it is malformed or has no vocabulary
   */
  static TokenTable of(String json, String source, Set<String> texts, Set<Integer> ids) {
    TokenTable table = new TokenTable(source, texts, ids);
    try (JsonParser parser = new JsonFactory(JSON).createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw table.malformed("is not a JSON object");
      }
      table.readDefinition(parser);
    } catch (IOException e) {
      throw table.malformed("is not JSON");
    }
    if (table.last.id() < 0) {
      throw table.malformed("has no vocabulary");
    }
    return table;
  }

  private void readDefinition(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      if (field.equals("added_tokens") && value == JsonToken.START_ARRAY) {
        readAdded(JSON.readTree(parser));
      } else if (field.equals("model") && value == JsonToken.START_OBJECT) {
        readModel(parser);
      } else if (field.equals("post_processor") && value == JsonToken.START_OBJECT) {
        frame = JSON.readTree(parser);
      } else {
        parser.skipChildren();
      }
    }
  }

  private void readAdded(JsonNode tokens) {
    for (JsonNode token : tokens) {
      String text = token.path("content").asText();
      int id = token.path("id").asInt(-1);
      count(id, text);
      added.add(text);
      byText.put(text, id);
      byId.put(id, text);
    }
  }

  private void readModel(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      if (field.equals("vocab") && value == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String text = parser.currentName();
          parser.nextToken();
          entry(parser.getValueAsInt(-1), text);
        }
      } else if (field.equals("vocab") && value == JsonToken.START_ARRAY) {
        readScored(parser);
      } else {
        parser.skipChildren();
      }
    }
  }

  /** {@code [["text", score], …]}, where the position is the id. */
  private void readScored(JsonParser parser) throws IOException {
    int entries = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String text = "";
      if (parser.currentToken() == JsonToken.START_ARRAY) {
        text = parser.nextToken() == JsonToken.VALUE_STRING ? parser.getText() : "";
        while (parser.currentToken() != JsonToken.END_ARRAY) {
          parser.skipChildren();
          parser.nextToken();
        }
      } else {
        parser.skipChildren();
      }
      entry(entries++, text);
    }
  }

  private void entry(int id, String text) {
    count(id, text);
    if (texts.contains(text) || ids.contains(id)) {
      byText.putIfAbsent(text, id);
      byId.putIfAbsent(id, text);
    }
  }

  private void count(int id, String text) {
    if (id < 0 || id >= MOST_TOKENS) {
      throw malformed("has a token without a valid id");
    }
    if (id >= last.id()) {
      last = new SpecialTokens.Token(id, text);
    }
  }

  /** The token of the largest id. */
  SpecialTokens.Token last() {
    return last;
  }

  /** {@code post_processor}, or missing. */
  JsonNode frame() {
    return frame;
  }

  /** Whether a text holds this token as one unit. */
  boolean isAdded(String text) {
    return added.contains(text);
  }

  /** The token written like this, of those added or asked for. */
  Optional<SpecialTokens.Token> find(String text) {
    return Optional.ofNullable(byText.get(text)).map(id -> new SpecialTokens.Token(id, text));
  }

  /** The token of this id, of those added or asked for. */
  Optional<SpecialTokens.Token> find(int id) {
    return Optional.ofNullable(byId.get(id)).map(text -> new SpecialTokens.Token(id, text));
  }

  private WeftException malformed(String complaint) {
    return new WeftException(
        Problem.BAD_CHECKPOINT,
        Text.format(
            "%s: %s; a tokenizer.json of the Hugging Face tokenizers is needed",
            source, complaint));
  }
}
