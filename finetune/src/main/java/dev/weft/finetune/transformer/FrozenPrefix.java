package dev.weft.finetune.transformer;

import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The blocks below the lowest one that an adapter changes. What leaves them never changes, so it
 * may be kept, and later passes start above them.
 *
 * <p>An example always passes them beside the same others, those of {@link EqualLengths}, because
 * batches of another shape may differ in the last bit. So the same bits enter the blocks above
 * whether states are kept or computed again, whatever the memory of a machine.
 */
final class FrozenPrefix {
  private final FrozenTransformer frozen;
  private final Kernels kernels;
  private final Block block;
  private final int layers;
  private final Map<TokenizedSet, EqualLengths> batches =
      Collections.synchronizedMap(new WeakHashMap<>());
  private volatile Optional<KeptStates> kept = Optional.empty();

  /** Runs one block forward. */
  @FunctionalInterface
  interface Block {
    NativeArray run(
        Arena arena, int layer, NativeArray x, List<NativeArray> context, BlockWeights weights);
  }

  /** Examples of a set that pass together; the number is that of {@link #batches}. */
  record Batch(TokenizedSet set, int number) {}

  /**
   * @param layers how many blocks, from the lowest, no adapter changes
   */
  FrozenPrefix(FrozenTransformer frozen, Kernels kernels, Block block, int layers) {
    this.frozen = frozen;
    this.kernels = kernels;
    this.block = block;
    this.layers = layers;
  }

  /** The first block above the prefix. */
  int layers() {
    return layers;
  }

  EqualLengths batches(TokenizedSet set) {
    return batches.computeIfAbsent(set, EqualLengths::new);
  }

  /** What keeping all states of these sets takes. */
  long bytes(Collection<TokenizedSet> sets) {
    return layers == 0
        ? 0
        : tokenBytes() * sets.stream().mapToLong(TokenizedSet::totalTokens).sum();
  }

  /** From now on keeps what leaves the prefix, in place of all that was kept before. */
  long keep(Arena owner, Collection<TokenizedSet> sets, long mostBytes) {
    KeptStates states =
        new KeptStates(
            this, owner, kernels, layers == 0 ? List.of() : sets, mostBytes / tokenBytes());
    kept = Optional.of(states);
    return states.tokens() * tokenBytes();
  }

  private long tokenBytes() {
    return (long) Float.BYTES * frozen.family().hidden();
  }

  /** What enters the first block above the prefix [examples * length, hidden]; 0 where padded. */
  NativeArray enter(Arena arena, TokenBatch batch) {
    if (layers == 0) {
      return frozen.embed(arena, batch);
    }
    try (Arena scratch = arena.child()) {
      Map<Batch, KeptStates.States> states = states(scratch, batch);
      List<NativeArray> rows = new ArrayList<>();
      for (TokenBatch.Row row : batch.rows()) {
        TokenizedSet.Example example = row.own();
        KeptStates.States own = states.get(batchOf(example));
        int from = own.from() + batches(example.set()).placeIn(example.index()) * row.tokens();
        rows.add(kernels.language().rows(scratch, own.array(), from, from + row.tokens()));
      }
      return kernels
          .language()
          .put(
              arena,
              kernels.adapter().join(scratch, rows, 0),
              batch.positions(scratch),
              batch.paddedTokens());
    }
  }

  private Batch batchOf(TokenizedSet.Example example) {
    return new Batch(example.set(), batches(example.set()).batchOf(example.index()));
  }

  private Map<Batch, KeptStates.States> states(Arena arena, TokenBatch batch) {
    Optional<KeptStates> now = kept;
    Map<Batch, KeptStates.States> states = new HashMap<>();
    Set<Batch> missing = new LinkedHashSet<>();
    for (TokenBatch.Row row : batch.rows()) {
      Batch own = batchOf(row.own());
      now.flatMap(those -> those.find(own.set(), own.number()))
          .ifPresentOrElse(found -> states.put(own, found), () -> missing.add(own));
    }
    List<Batch> order = List.copyOf(missing);
    List<NativeArray> computed = pass(arena, order);
    for (int i = 0; i < computed.size(); i++) {
      states.put(order.get(i), new KeptStates.States(computed.get(i), 0));
    }
    return states;
  }

  /** What leaves the prefix, of each batch [tokens, hidden]; weights are decoded once for all. */
  List<NativeArray> pass(Arena arena, List<Batch> wanted) {
    if (wanted.isEmpty()) {
      return List.of();
    }
    try (Arena scratch = arena.child()) {
      List<NativeArray> states = new ArrayList<>();
      List<BlockContexts> contexts = new ArrayList<>();
      for (Batch each : wanted) {
        TokenBatch tokens = TokenBatch.of(each.set(), batches(each.set()).batch(each.number()));
        states.add(frozen.embed(arena, tokens));
        contexts.add(frozen.family().context(scratch, tokens));
      }
      for (int layer = 0; layer < layers; layer++) {
        try (Arena decoded = scratch.child()) {
          BlockWeights weights = frozen.weights(decoded, layer, WeightChange.NONE, 1);
          for (int i = 0; i < states.size(); i++) {
            NativeArray entered = states.get(i);
            states.set(i, block.run(arena, layer, entered, contexts.get(i).of(layer), weights));
            entered.close();
          }
        }
      }
      return states;
    }
  }
}
