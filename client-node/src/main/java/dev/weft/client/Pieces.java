package dev.weft.client;

import dev.weft.core.Digest;
import dev.weft.core.tensor.TensorMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The pieces of global states that the clients of a process hold, decoded once for all of them.
 * Safe for use by several threads.
 *
 * <p>A piece that no client needed for a whole round is forgotten, so that clients that are asked
 * seldom do not hold on to states of long ago. Whether it is does not depend on who comes first.
 */
public final class Pieces {
  private final Map<Digest, Piece> pieces = new HashMap<>();

  /** A piece that a client holds until it is forgotten. */
  static final class Piece {
    private Optional<TensorMap> tensors;
    private int lastRound;

    private Piece(TensorMap tensors, int round) {
      this.tensors = Optional.of(tensors);
      this.lastRound = round;
    }
  }

  /** A round asks a client; what the rounds before the last one needed is forgotten. */
  synchronized void begin(int round) {
    pieces
        .values()
        .removeIf(
            piece -> {
              boolean old = piece.lastRound < round - 1;
              if (old) {
                piece.tensors = Optional.empty();
              }
              return old;
            });
  }

  /** What a piece holds that a client has had since an earlier round; empty if forgotten. */
  synchronized Optional<TensorMap> tensors(Piece piece, int round) {
    piece.lastRound = Math.max(piece.lastRound, round);
    return piece.tensors;
  }

  /** The piece of this digest, made if no client has it yet. */
  synchronized Piece get(Digest digest, int round, Supplier<TensorMap> maker) {
    Piece piece = pieces.computeIfAbsent(digest, missing -> new Piece(maker.get(), round));
    piece.lastRound = Math.max(piece.lastRound, round);
    return piece;
  }

  /** What {@link #get} gives holds. */
  synchronized TensorMap tensors(Digest digest, int round, Supplier<TensorMap> maker) {
    return get(digest, round, maker).tensors.orElseThrow();
  }
}
