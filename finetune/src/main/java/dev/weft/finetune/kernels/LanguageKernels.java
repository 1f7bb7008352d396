package dev.weft.finetune.kernels;

import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.torch.Program;
import java.util.List;

/**
 * Kernels of {@code language.py}: next-token cross entropy over a large vocabulary, piece by piece.
 */
public final class LanguageKernels {
  private final Program program;

  LanguageKernels(Program program) {
    this.program = program;
  }

  /**
   * The rows of these numbers.
   *
   * @param x [all rows, width]
   * @param rows int64 [rows]
   */
  public NativeArray pick(Arena arena, NativeArray x, NativeArray rows) {
    return program.callOne(arena, "pick", x, rows);
  }

  /**
   * Inverse of {@link #pick}: zero where nothing was picked [total, width].
   *
   * @param values [rows, width]
   * @param rows int64 [rows]
   * @param total all rows
   */
  public NativeArray put(Arena arena, NativeArray values, NativeArray rows, int total) {
    return program.callOne(arena, "put", values, rows, total);
  }

  /**
   * Room for the scores of each row [rows, vocabulary].
   *
   * @param states [rows, hidden]
   */
  public NativeArray logits(Arena arena, NativeArray states, int vocabulary) {
    return program.callOne(arena, "logits", states, vocabulary);
  }

  /**
   * Fills in the scores of some tokens.
   *
   * @param logits [rows, vocabulary]; changed
   * @param h normed states [rows, hidden]
   * @param piece rows of the output table [tokens, hidden]
   * @param first token of the piece
   */
  public void scorePiece(
      Arena arena, NativeArray logits, NativeArray h, NativeArray piece, int first) {
    program.call(arena, "score_piece", logits, h, piece, first);
  }

  /**
   * Each row's loss and whether its likeliest token is the target.
   *
   * @param logits [rows, vocabulary]
   * @param targets int64 [rows]
   */
  public TokenLosses tokenLosses(Arena arena, NativeArray logits, NativeArray targets) {
    List<NativeArray> losses = program.call(arena, "token_losses", logits, targets);
    return new TokenLosses(losses.get(0), losses.get(1));
  }

  /**
   * See {@link #tokenLosses}.
   *
   * @param losses [rows]
   * @param right 1 or 0 [rows]
   */
  public record TokenLosses(NativeArray losses, NativeArray right) {}

  /**
   * Each row's loss and its gradient by the scores.
   *
   * @param logits [rows, vocabulary]; used up
   * @param targets int64 [rows]
   */
  public LossesAndGradient lossesAndGradient(Arena arena, NativeArray logits, NativeArray targets) {
    List<NativeArray> step = program.call(arena, "losses_and_gradient", logits, targets);
    return new LossesAndGradient(step.get(0), step.get(1));
  }

  /**
   * See {@link #lossesAndGradient}.
   *
   * @param losses [rows]
   * @param gradient [rows, vocabulary], in the place of the scores
   */
  public record LossesAndGradient(NativeArray losses, NativeArray gradient) {}

  /**
   * Adds what some tokens give to the gradient by the normed states.
   *
   * @param dh [rows, hidden]; changed
   * @param dlogits [rows, vocabulary]
   * @param piece rows of the output table [tokens, hidden]
   * @param first token of the piece
   */
  public void scorePieceBackward(
      Arena arena, NativeArray dh, NativeArray dlogits, NativeArray piece, int first) {
    program.call(arena, "score_piece_backward", dh, dlogits, piece, first);
  }

  /**
   * Each row times its factor, in place.
   *
   * @param x [rows, width]; changed
   * @param factors [rows]
   */
  public NativeArray timesRows(Arena arena, NativeArray x, NativeArray factors) {
    return program.callOne(arena, "times_rows", x, factors);
  }

  /**
   * Zeros.
   *
   * @param x gives its shape
   */
  public NativeArray zerosLike(Arena arena, NativeArray x) {
    return program.callOne(arena, "zeros_like", x);
  }

  /**
   * A copy of some rows [end - first, width].
   *
   * @param x [all rows, width]
   * @param end the row after the last
   */
  public NativeArray rows(Arena arena, NativeArray x, int first, int end) {
    return program.callOne(arena, "rows", x, first, end);
  }
}
