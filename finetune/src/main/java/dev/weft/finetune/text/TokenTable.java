package dev.weft.finetune.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What of a {@code tokenizer.json} must be known on this side: its added tokens and its size. The
 * vocabulary itself is passed over, as it can have a quarter of a million entries.
 */
final class TokenTable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** No vocabulary has more; it bounds what a malformed file can make us allocate later. */
  private static final int MOST_TOKENS = 1 << 24;

  private final String source;
  private final Map<String, Integer> added = new HashMap<>();
  private int size;

  private TokenTable(String source) {
    this.source = source;
  }

  static TokenTable of(String json, String source) {
    TokenTable table = new TokenTable(source);
    try (JsonParser parser = new JsonFactory(JSON).createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw table.malformed("is not a JSON object");
      }
      table.readDefinition(parser);
    } catch (IOException e) {
      throw table.malformed("is not JSON");
    }
    if (table.size == 0) {
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
      } else {
        parser.skipChildren();
      }
    }
  }

  private void readAdded(JsonNode tokens) {
    for (JsonNode token : tokens) {
      int id = token.path("id").asInt(-1);
      count(id);
      added.put(token.path("content").asText(), id);
    }
  }

  private void readModel(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      if (field.equals("vocab") && value == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          parser.nextToken();
          count(parser.getValueAsInt(-1));
        }
      } else if (field.equals("vocab") && value == JsonToken.START_ARRAY) {
        int entries = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          parser.skipChildren();
          count(entries++);
        }
      } else {
        parser.skipChildren();
      }
    }
  }

  private void count(int id) {
    if (id < 0 || id >= MOST_TOKENS) {
      throw malformed("has a token without a valid id");
    }
    size = Math.max(size, id + 1);
  }

  /** Number of ids, one more than the largest. */
  int size() {
    return size;
  }

  /** The added token written like this. */
  Optional<SpecialTokens.Token> find(String text) {
    return Optional.ofNullable(added.get(text)).map(id -> new SpecialTokens.Token(id, text));
  }

  /** The added token of this id. */
  Optional<SpecialTokens.Token> find(int id) {
    return added.entrySet().stream()
        .filter(token -> token.getValue() == id)
        .map(token -> new SpecialTokens.Token(id, token.getKey()))
        .findFirst();
  }

  private WeftException malformed(String complaint) {
    return new WeftException(
        Problem.BAD_CHECKPOINT,
        Text.format(
            "%s: %s; a tokenizer.json of the Hugging Face tokenizers is needed",
            source, complaint));
  }
}
