package dev.weft.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Vocabularies with the ids that other programs give for the same texts.
 *
 * <p>{@code byte-level.json} holds the first 2000 merges of SmolLM2's vocabulary (Apache-2.0), with
 * ids computed in Python by a plain loop over merges after splitting with the package {@code
 * regex}; {@code sentencepiece.json} a vocabulary trained, and ids given, by sentencepiece 0.2.3;
 * {@code tok512.bin} is that of llama2.c's stories260K (MIT), with ids by its own algorithm.
 */
public final class Goldens {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long NORMAL = 1;
  private static final long CONTROL = 3;

  private Goldens() {}

  /** A file of goldens. */
  public static JsonNode json(String name) {
    try {
      return JSON.readTree(bytes(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] bytes(String name) {
    try (InputStream stream = Goldens.class.getResourceAsStream("/golden/text/" + name)) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SmolLM2-like metadata, splitting words as named; changes go on top. */
  public static Map<String, Object> byteLevel(String splitting, Map<String, ?> changes) {
    JsonNode golden = json("byte-level.json");
    List<Object> types = new ArrayList<>();
    for (int id = 0; id < golden.path("tokens").size(); id++) {
      types.add(id < golden.path("special").asInt() ? CONTROL : NORMAL);
    }
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("tokenizer.ggml.model", "gpt2");
    metadata.put("tokenizer.ggml.pre", splitting);
    metadata.put("tokenizer.ggml.tokens", list(golden.path("tokens")));
    metadata.put("tokenizer.ggml.token_type", types);
    metadata.put("tokenizer.ggml.merges", list(golden.path("merges")));
    metadata.put("tokenizer.ggml.bos_token_id", 1L);
    metadata.put("tokenizer.ggml.eos_token_id", 2L);
    metadata.put("tokenizer.ggml.add_bos_token", false);
    metadata.putAll(changes);
    return metadata;
  }

  /** Llama-2-like metadata; changes go on top. */
  public static Map<String, Object> sentencePiece(Map<String, ?> changes) {
    JsonNode golden = json("sentencepiece.json");
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("tokenizer.ggml.model", "llama");
    metadata.put("tokenizer.ggml.tokens", list(golden.path("tokens")));
    metadata.put("tokenizer.ggml.scores", list(golden.path("scores")));
    metadata.put("tokenizer.ggml.token_type", list(golden.path("types")));
    metadata.put("tokenizer.ggml.bos_token_id", 1L);
    metadata.put("tokenizer.ggml.eos_token_id", 2L);
    metadata.putAll(changes);
    return metadata;
  }

  /** For a model whose embedding table has room for any token. */
  public static TokenizerDefinition definition(Map<String, Object> metadata) {
    return definition(metadata, Integer.MAX_VALUE);
  }

  /**
   * @param rows of the model's embedding table
   */
  static TokenizerDefinition definition(Map<String, Object> metadata, int rows) {
    return TokenizerDefinition.ofGguf(new MapKeys("model.gguf", metadata), rows);
  }

  public static int[] ids(JsonNode ids) {
    return JSON.convertValue(ids, int[].class);
  }

  private static List<Object> list(JsonNode values) {
    List<Object> list = new ArrayList<>();
    for (JsonNode value : values) {
      list.add(
          value.isTextual()
              ? value.asText()
              : value.isIntegralNumber() ? (Object) value.asLong() : (Object) value.asDouble());
    }
    return list;
  }
}
