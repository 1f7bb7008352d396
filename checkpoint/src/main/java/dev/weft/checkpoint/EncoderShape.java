package dev.weft.checkpoint;

import dev.weft.core.Text;

/**
 * The dimensions of a BERT-type encoder.
 *
 * @param feedForward width of the intermediate layer
 * @param vocabulary rows of the token table
 * @param positions longest sequence, in tokens
 * @param epsilon of every layer norm
 * @param tokenTypes rows of the table of token types, of which the first is used: 2 for BERT, 1 for
 *     RoBERTa
 * @param positionOffset row of the position table that the first token takes: 0 for BERT; RoBERTa
 *     starts after its padding token, at 2. The table has {@code positionOffset + positions} rows
 */
public record EncoderShape(
    int layers,
    int hidden,
    int heads,
    int feedForward,
    int vocabulary,
    int positions,
    double epsilon,
    int tokenTypes,
    int positionOffset) {

  public EncoderShape {
    if (hidden % heads != 0) {
      throw new IllegalArgumentException(
          Text.format("hidden: %d is not divisible by %d heads", hidden, heads));
    }
    if (positions < 1) {
      throw new IllegalArgumentException(
          Text.format("positions: %d leaves no room for a token", positions));
    }
  }

  /** A BERT. */
  public EncoderShape(
      int layers,
      int hidden,
      int heads,
      int feedForward,
      int vocabulary,
      int positions,
      double epsilon) {
    this(layers, hidden, heads, feedForward, vocabulary, positions, epsilon, 2, 0);
  }
}
