package dev.weft.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Tokenizer files as a model's folder holds them: every letter of the vocabulary is a token. */
public final class TokenizerFolder {
  private final Path folder;
  private final ObjectNode definition = new ObjectMapper().createObjectNode();

  /**
   * @param vocabulary texts of the tokens, whose position is their id
   */
  public TokenizerFolder(Path folder, List<String> vocabulary) {
    this.folder = folder;
    definition.put("version", "1.0").putArray("added_tokens");
    ObjectNode model = definition.putObject("model").put("type", "BPE");
    ObjectNode ids = model.putObject("vocab");
    vocabulary.forEach(token -> ids.put(token, ids.size()));
    model.putArray("merges");
  }

  public TokenizerFolder added(int id, String text) {
    Vocabulary.addUnit((ArrayNode) definition.path("added_tokens"), id, text, true);
    return this;
  }

  /** {@code post_processor}, as JSON. */
  public TokenizerFolder around(String json) {
    try {
      definition.set("post_processor", new ObjectMapper().readTree(json));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file beside {@code tokenizer.json}. */
  public TokenizerFolder with(String name, String content) {
    try {
      Files.writeString(folder.resolve(name), content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param rows of the model's embedding table
   */
  public TokenizerDefinition read(int rows) {
    with("tokenizer.json", definition.toString());
    return TokenizerDefinition.ofHuggingFace(
        folder.resolve("tokenizer.json"),
        present("tokenizer_config.json"),
        present("chat_template.jinja"),
        rows);
  }

  private Optional<Path> present(String name) {
    return Optional.of(folder.resolve(name)).filter(Files::exists);
  }
}
