package dev.weft.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pieces with their ids, and the parts of a {@code tokenizer.json} that depend on nothing else.
 *
 * @param source where it was read, for messages
 * @param ids the position of every piece by its text
 */
record Vocabulary(String source, List<Piece> pieces, Map<String, Integer> ids) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /**
   * @throws WeftException if there is no piece or a text occurs twice
   */
  static Vocabulary of(String source, List<Piece> pieces) {
    if (pieces.isEmpty()) {
      throw malformed(source, "has an empty vocabulary");
    }
    Map<String, Integer> ids = new HashMap<>(pieces.size() * 2);
    for (int id = 0; id < pieces.size(); id++) {
      Integer before = ids.put(pieces.get(id).text(), id);
      if (before != null) {
        throw malformed(
            source,
            Text.format(
                "gives the tokens %d and %d the same text \"%s\"",
                before, id, pieces.get(id).text()));
      }
    }
    // Not Map.copyOf: its open addressing is slow on the neighbouring hashes of short texts.
    return new Vocabulary(source, List.copyOf(pieces), Collections.unmodifiableMap(ids));
  }

  /** The complaint about a vocabulary, to be thrown. */
  static WeftException malformed(String source, String complaint) {
    return new WeftException(
        Problem.BAD_CHECKPOINT, Text.format("%s: %s; export the model again", source, complaint));
  }

  /** {@code model} of type BPE, without anything about unknown text. */
  ObjectNode model(Iterable<Merge> merges) {
    ObjectNode vocab = NODES.objectNode();
    for (int id = 0; id < pieces.size(); id++) {
      vocab.put(pieces.get(id).text(), id);
    }
    ArrayNode pairs = NODES.arrayNode();
    for (Merge merge : merges) {
      pairs.add(NODES.arrayNode().add(merge.left()).add(merge.right()));
    }
    ObjectNode model = NODES.objectNode().put("type", "BPE");
    model.set("vocab", vocab);
    model.set("merges", pairs);
    return model;
  }

  /** {@code added_tokens}: what is found in a text before anything else. */
  ArrayNode units() {
    ArrayNode units = NODES.arrayNode();
    for (int id = 0; id < pieces.size(); id++) {
      Piece piece = pieces.get(id);
      if (piece.kind().isUnit()) {
        addUnit(units, id, piece.text(), piece.kind() != Piece.Kind.USER_DEFINED);
      }
    }
    return units;
  }

  /** An entry of {@code added_tokens}. */
  static void addUnit(ArrayNode units, int id, String text, boolean special) {
    units
        .addObject()
        .put("id", id)
        .put("content", text)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", special);
  }

  /** The token of the largest id. */
  SpecialTokens.Token last() {
    int id = pieces.size() - 1;
    return new SpecialTokens.Token(id, pieces.get(id).text());
  }

  /** The token written like this. */
  Optional<SpecialTokens.Token> find(String text) {
    return Optional.ofNullable(ids.get(text)).map(id -> new SpecialTokens.Token(id, text));
  }

  /** {@code post_processor} that puts tokens around a text. */
  static ObjectNode frame(
      Optional<SpecialTokens.Token> before, Optional<SpecialTokens.Token> after) {
    ObjectNode frame = NODES.objectNode().put("type", "TemplateProcessing");
    ArrayNode single = frame.putArray("single");
    ObjectNode special = NODES.objectNode();
    before.ifPresent(token -> put(token, single, special));
    single.add(sequence("A"));
    after.ifPresent(token -> put(token, single, special));
    // Pairs of texts are never encoded, but the library insists on knowing how.
    frame.putArray("pair").add(sequence("A")).add(sequence("B"));
    frame.set("special_tokens", special);
    return frame;
  }

  private static ObjectNode sequence(String name) {
    ObjectNode part = NODES.objectNode();
    part.putObject("Sequence").put("id", name).put("type_id", 0);
    return part;
  }

  private static void put(SpecialTokens.Token token, ArrayNode single, ObjectNode special) {
    single.addObject().putObject("SpecialToken").put("id", token.text()).put("type_id", 0);
    ObjectNode entry = special.putObject(token.text()).put("id", token.text());
    entry.putArray("ids").add(token.id());
    entry.putArray("tokens").add(token.text());
  }

  /** Two neighbours become one piece; earlier merges go first. */
  record Merge(String left, String right) {}
}
