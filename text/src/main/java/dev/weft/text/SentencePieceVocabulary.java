package dev.weft.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A SentencePiece vocabulary of byte-pair type (Llama 1 and 2, Mistral, TinyLlama, Gemma,
 * llama2.c): spaces are written {@value #SPACE}, neighbours merge to the piece of the highest
 * score, the leftmost first, and what no piece covers becomes bytes {@code <0x00>} to {@code
 * <0xFF>}.
 *
 * @param spacePrefix whether a text begins with a space of its own
 */
record SentencePieceVocabulary(Vocabulary vocabulary, boolean spacePrefix) {
  static final String SPACE = "\u2581";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** The {@code tokenizer.json} of the same ids, with tokens put around every text. */
  ObjectNode definition(Optional<SpecialTokens.Token> before, Optional<SpecialTokens.Token> after) {
    ObjectNode model = vocabulary.model(merges());
    model.put("byte_fallback", true).put("fuse_unk", true);
    vocabulary.pieces().stream()
        .filter(piece -> piece.kind() == Piece.Kind.UNKNOWN)
        .findFirst()
        .ifPresent(unknown -> model.put("unk_token", unknown.text()));
    ObjectNode definition = NODES.objectNode().put("version", "1.0");
    definition.set("added_tokens", vocabulary.units());
    definition.set("normalizer", normalizer());
    definition.set("post_processor", Vocabulary.frame(before, after));
    definition.set("decoder", decoder());
    definition.set("model", model);
    return definition;
  }

  /**
   * Every way to make a piece of two others, by falling score. A score may be shared, foremost by
   * the ways to make the same piece; then the order of ids decides.
   */
  private List<Vocabulary.Merge> merges() {
    record Candidate(float score, int left, int right, Vocabulary.Merge merge) {}
    List<Candidate> candidates = new ArrayList<>();
    for (Piece piece : vocabulary.pieces()) {
      if (piece.kind() == Piece.Kind.NORMAL) {
        String text = piece.text();
        for (int i = next(text, 0); i < text.length(); i = next(text, i)) {
          Vocabulary.Merge merge = new Vocabulary.Merge(text.substring(0, i), text.substring(i));
          Integer left = vocabulary.ids().get(merge.left());
          Integer right = vocabulary.ids().get(merge.right());
          if (left != null && right != null) {
            candidates.add(new Candidate(piece.score(), left, right, merge));
          }
        }
      }
    }
    candidates.sort(
        Comparator.comparing(Candidate::score, Comparator.reverseOrder())
            .thenComparing(Candidate::left)
            .thenComparing(Candidate::right));
    return candidates.stream().map(Candidate::merge).toList();
  }

  private static int next(String text, int i) {
    return text.offsetByCodePoints(i, 1);
  }

  private ObjectNode normalizer() {
    ArrayNode steps = NODES.arrayNode();
    if (spacePrefix) {
      steps.addObject().put("type", "Prepend").put("prepend", SPACE);
    }
    steps.add(replace(" ", SPACE));
    return sequence("normalizers", steps);
  }

  private ObjectNode decoder() {
    ArrayNode steps = NODES.arrayNode();
    steps.add(replace(SPACE, " "));
    steps.addObject().put("type", "ByteFallback");
    steps.addObject().put("type", "Fuse");
    if (spacePrefix) {
      steps.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
    return sequence("decoders", steps);
  }

  private static ObjectNode replace(String pattern, String content) {
    ObjectNode replace = NODES.objectNode().put("type", "Replace");
    replace.putObject("pattern").put("String", pattern);
    return replace.put("content", content);
  }

  private static ObjectNode sequence(String steps, ArrayNode content) {
    ObjectNode sequence = NODES.objectNode().put("type", "Sequence");
    sequence.set(steps, content);
    return sequence;
  }
}
