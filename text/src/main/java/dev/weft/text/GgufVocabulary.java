package dev.weft.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The vocabulary and chat template in the metadata of a GGUF file, under {@code tokenizer.ggml} and
 * {@code tokenizer.chat_template}, as gguf-py writes them.
 */
final class GgufVocabulary {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final String SENTENCE_PIECE = "llama";
  private static final List<String> ENDS = List.of("eos", "eot", "eom");

  private final GgufKeys keys;
  private final Vocabulary vocabulary;
  private final Optional<SpecialTokens.Token> beginning;
  private final List<SpecialTokens.Token> ends;

  private GgufVocabulary(GgufKeys keys) {
    this.keys = keys;
    this.vocabulary = Vocabulary.of(keys.source(), pieces());
    this.beginning = special("bos").or(() -> usual(1));
    List<SpecialTokens.Token> named =
        ENDS.stream().flatMap(name -> special(name).stream()).toList();
    this.ends = special("eos").isPresent() ? named : joined(usual(2), named);
  }

  /**
   * @throws WeftException if there is no vocabulary, it is malformed, or of a kind Weft does not
   *     know
   */
  static TokenizerDefinition definition(GgufKeys keys) {
    String model =
        keys.text(PREFIX + "model")
            .orElseThrow(() -> refused(keys, "has no tokenizer; convert the model again"));
    return switch (model) {
      case SENTENCE_PIECE -> new GgufVocabulary(keys).sentencePiece();
      case "gpt2" -> new GgufVocabulary(keys).byteLevel();
      default ->
          throw refused(
              keys,
              Text.format(
                  "has a tokenizer of kind \"%s\" where Weft knows llama and gpt2; use another"
                      + " model",
                  model));
    };
  }

  private TokenizerDefinition sentencePiece() {
    boolean spacePrefix = flag("add_space_prefix", true);
    return definition(
        new SentencePieceVocabulary(vocabulary, spacePrefix).definition(before(true), after()),
        before(true));
  }

  private TokenizerDefinition byteLevel() {
    String name = keys.text(PREFIX + "pre").orElse("default");
    WordSplitting splitting =
        WordSplitting.named(name)
            .orElseThrow(
                () ->
                    refused(
                        keys,
                        Text.format(
                            "finds words as \"%s\" where Weft knows %s; use the model's folder with"
                                + " its tokenizer.json",
                            name, WordSplitting.supported())));
    return definition(
        new ByteLevelVocabulary(vocabulary, keys.texts(PREFIX + "merges"), splitting)
            .definition(before(splitting.begun()), after()),
        before(splitting.begun()));
  }

  private TokenizerDefinition definition(ObjectNode json, Optional<SpecialTokens.Token> before) {
    List<SpecialTokens.Token> turnEnds =
        SpecialTokens.KNOWN_TURN_ENDS.stream()
            .flatMap(text -> vocabulary.find(text).stream())
            .toList();
    return new TokenizerDefinition(
        keys.source(),
        json.toString(),
        vocabulary.last(),
        new Frame(ids(before), ids(after())),
        new SpecialTokens(beginning, ends, turnEnds, special("padding")),
        keys.text("tokenizer.chat_template").map(ChatSource::one).orElse(ChatSource.NONE),
        variables());
  }

  private static List<Integer> ids(Optional<SpecialTokens.Token> token) {
    return token.map(SpecialTokens.Token::id).stream().toList();
  }

  /** llama.cpp gives templates these two, as empty texts where the model has no such token. */
  private Map<String, String> variables() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("bos_token", beginning.map(SpecialTokens.Token::text).orElse(""));
    variables.put("eos_token", ends.stream().findFirst().map(SpecialTokens.Token::text).orElse(""));
    return variables;
  }

  private Optional<SpecialTokens.Token> before(boolean usual) {
    return beginning.filter(token -> flag("add_bos_token", usual));
  }

  private Optional<SpecialTokens.Token> after() {
    return ends.stream().findFirst().filter(token -> flag("add_eos_token", false));
  }

  private boolean flag(String key, boolean usual) {
    return keys.flag(PREFIX + key).orElse(usual);
  }

  private List<Piece> pieces() {
    List<String> texts = keys.texts(PREFIX + "tokens");
    float[] scores = keys.floats(PREFIX + "scores");
    int[] types = keys.integers(PREFIX + "token_type");
    requireLength("scores", scores.length, texts.size());
    requireLength("token_type", types.length, texts.size());
    List<Piece> pieces = new ArrayList<>(texts.size());
    for (int id = 0; id < texts.size(); id++) {
      // A few exporters leave unused ids without a text.
      String text = texts.get(id).isEmpty() ? Text.format("[EMPTY_%d]", id) : texts.get(id);
      float score = scores.length == 0 ? 0 : scores[id];
      if (Float.isNaN(score)) {
        throw malformed(Text.format("scores the token %d with NaN", id));
      }
      Piece.Kind kind = types.length == 0 ? Piece.Kind.NORMAL : kind(types, id);
      // Converters have declared these as ordinary text, which no model means by them.
      boolean control = SpecialTokens.KNOWN_TURN_ENDS.contains(text);
      pieces.add(new Piece(text, score, control ? Piece.Kind.CONTROL : kind));
    }
    return pieces;
  }

  /** Scores and types may be left out. */
  private void requireLength(String key, int length, int tokens) {
    if (length != 0 && length != tokens) {
      throw malformed(
          Text.format("has %d values of %s%s for %d tokens", length, PREFIX, key, tokens));
    }
  }

  private Piece.Kind kind(int[] types, int id) {
    return Piece.Kind.numbered(types[id])
        .orElseThrow(
            () -> malformed(Text.format("gives the token %d the unknown type %d", id, types[id])));
  }

  private Optional<SpecialTokens.Token> special(String name) {
    OptionalLong id = keys.integer(PREFIX + name + "_token_id");
    if (id.isEmpty()) {
      return Optional.empty();
    }
    int tokens = vocabulary.pieces().size();
    if (id.getAsLong() < 0 || id.getAsLong() >= tokens) {
      throw malformed(
          Text.format("numbers the token %s %d of %d tokens", name, id.getAsLong(), tokens));
    }
    int index = (int) id.getAsLong();
    return Optional.of(new SpecialTokens.Token(index, vocabulary.pieces().get(index).text()));
  }

  /** What a SentencePiece vocabulary means by its first pieces where the file does not say. */
  private Optional<SpecialTokens.Token> usual(int id) {
    return keys.text(PREFIX + "model").filter(SENTENCE_PIECE::equals).isPresent()
            && id < vocabulary.pieces().size()
        ? Optional.of(new SpecialTokens.Token(id, vocabulary.pieces().get(id).text()))
        : Optional.empty();
  }

  private static List<SpecialTokens.Token> joined(
      Optional<SpecialTokens.Token> first, List<SpecialTokens.Token> others) {
    return Stream.concat(first.stream(), others.stream()).toList();
  }

  private WeftException malformed(String complaint) {
    return Vocabulary.malformed(keys.source(), complaint);
  }

  private static WeftException refused(GgufKeys keys, String complaint) {
    return new WeftException(
        Problem.BAD_CHECKPOINT, Text.format("%s: %s", keys.source(), complaint));
  }
}
