package dev.weft.text;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code tokenizer.bin} of llama2.c, a SentencePiece vocabulary without its types: int32 length
 * of the longest piece, then per piece float32 score, int32 length and UTF-8 text, little-endian.
 * The first three pieces mean unknown, beginning and end; then come the 256 bytes.
 */
final class Llama2cVocabulary {
  private static final List<String> FIRST = List.of("<unk>", "<s>", "</s>");
  private static final int BYTES_END = FIRST.size() + 256;
  private static final int ENTRY_HEADER = 8;

  private Llama2cVocabulary() {}

  /**
   * @throws WeftException if the bytes are not such a file
   */
  static TokenizerDefinition read(byte[] content, String source) {
    Vocabulary vocabulary = Vocabulary.of(source, pieces(content, source));
    SpecialTokens.Token beginning = new SpecialTokens.Token(1, FIRST.get(1));
    SpecialTokens.Token end = new SpecialTokens.Token(2, FIRST.get(2));
    return new TokenizerDefinition(
        source,
        new SentencePieceVocabulary(vocabulary, true)
            .definition(Optional.of(beginning), Optional.empty())
            .toString(),
        vocabulary.last(),
        new Frame(List.of(beginning.id()), List.of()),
        new SpecialTokens(Optional.of(beginning), List.of(end), List.of(), Optional.empty()),
        ChatSource.NONE,
        Map.of());
  }

  private static List<Piece> pieces(byte[] content, String source) {
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.remaining() < Integer.BYTES) {
      throw malformed(source);
    }
    int longest = bytes.getInt();
    List<Piece> pieces = new ArrayList<>();
    while (bytes.hasRemaining()) {
      if (bytes.remaining() < ENTRY_HEADER) {
        throw malformed(source);
      }
      float score = bytes.getFloat();
      int length = bytes.getInt();
      if (length < 0 || length > longest || length > bytes.remaining() || Float.isNaN(score)) {
        throw malformed(source);
      }
      String text = new String(content, bytes.position(), length, StandardCharsets.UTF_8);
      bytes.position(bytes.position() + length);
      pieces.add(piece(pieces.size(), text, score));
    }
    if (pieces.size() < BYTES_END) {
      throw malformed(source);
    }
    return pieces;
  }

  /**
   * The file writes spaces plainly and puts the names of the first pieces on lines of their own.
   */
  private static Piece piece(int id, String text, float score) {
    if (id < FIRST.size()) {
      return new Piece(FIRST.get(id), score, id == 0 ? Piece.Kind.UNKNOWN : Piece.Kind.CONTROL);
    }
    return new Piece(
        text.replace(" ", SentencePieceVocabulary.SPACE),
        score,
        id < BYTES_END ? Piece.Kind.BYTE : Piece.Kind.NORMAL);
  }

  private static WeftException malformed(String source) {
    return new WeftException(
        Problem.BAD_CHECKPOINT,
        Text.format(
            "%s: is not a tokenizer.bin of llama2.c or is cut off; download it again", source));
  }
}
