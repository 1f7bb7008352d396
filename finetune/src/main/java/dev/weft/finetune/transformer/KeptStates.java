package dev.weft.finetune.transformer;

import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * States that are kept for later passes, in native memory. Which ones is settled before the first
 * is computed: of every set the same share, so that all of them together never take more than was
 * agreed and no client is slowed down more than another.
 */
final class KeptStates {
  private final FrozenPrefix prefix;
  private final Arena owner;
  private final Kernels kernels;
  private final Map<TokenizedSet, Piece[]> pieces = new HashMap<>();
  private final long tokens;

  /**
   * @param prefix computes the states
   * @param owner the arena that they live in
   * @param sets of which states are kept; none of them put together from others
   * @param mostTokens no more are kept
   */
  KeptStates(
      FrozenPrefix prefix,
      Arena owner,
      Kernels kernels,
      Collection<TokenizedSet> sets,
      long mostTokens) {
    this.prefix = prefix;
    this.owner = owner;
    this.kernels = kernels;
    long all = sets.stream().mapToLong(TokenizedSet::totalTokens).sum();
    double share = Math.min(1, (double) mostTokens / Math.max(1, all));
    long kept = 0;
    for (TokenizedSet set : sets) {
      kept += settle(set, (long) (share * set.totalTokens()));
    }
    tokens = kept;
  }

  /** Keeps the first batches of a set; returns how many tokens that is. */
  private long settle(TokenizedSet set, long mostTokens) {
    EqualLengths batches = prefix.batches(set);
    List<Piece> byBatch = new ArrayList<>();
    Piece piece = new Piece(set, 0);
    long kept = 0;
    for (int batch = 0; batch < batches.size(); batch++) {
      int size = batches.tokens(batch);
      if (kept + size > mostTokens) {
        break;
      }
      piece = piece.tokens < EqualLengths.WORTH_DECODING ? piece : new Piece(set, batch);
      piece.take(size);
      byBatch.add(piece);
      kept += size;
    }
    pieces.put(set, byBatch.toArray(Piece[]::new));
    return kept;
  }

  /** What is kept when everything has been computed. */
  long tokens() {
    return tokens;
  }

  /** A batch's states, if they are kept; computed with those of their piece if not yet. */
  Optional<States> find(TokenizedSet set, int batch) {
    Piece[] own = pieces.get(set);
    return own == null || batch >= own.length
        ? Optional.empty()
        : Optional.of(own[batch].of(batch));
  }

  /**
   * States of a batch.
   *
   * @param array [tokens, hidden]
   * @param from the row of the batch's first token
   */
  record States(NativeArray array, int from) {}

  /** Consecutive batches of a set, whose states are computed together and lie in one array. */
  private final class Piece {
    private final TokenizedSet set;
    private final int first;
    private final List<Integer> starts = new ArrayList<>();
    private int tokens;
    private Optional<NativeArray> states = Optional.empty();

    Piece(TokenizedSet set, int first) {
      this.set = set;
      this.first = first;
    }

    void take(int batchTokens) {
      starts.add(tokens);
      tokens += batchTokens;
    }

    synchronized States of(int batch) {
      if (states.isEmpty()) {
        try (Arena scratch = Arena.open()) {
          List<FrozenPrefix.Batch> batches = new ArrayList<>();
          for (int number = first; number < first + starts.size(); number++) {
            batches.add(new FrozenPrefix.Batch(set, number));
          }
          NativeArray joined = kernels.adapter().join(scratch, prefix.pass(scratch, batches), 0);
          states = Optional.of(owner.adopt(joined));
        }
      }
      return new States(states.get(), starts.get(batch - first));
    }
  }
}
