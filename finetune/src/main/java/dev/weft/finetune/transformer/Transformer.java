package dev.weft.finetune.transformer;

import dev.weft.finetune.kernels.BlockArguments;
import dev.weft.finetune.kernels.BlockKernels;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.kernels.LlamaKernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Runs a {@link FrozenTransformer} forward, and backward as far down as anything trains. A block's
 * weights are decoded when the block is computed, forward and again backward, and freed with it.
 */
public final class Transformer {
  private final FrozenTransformer frozen;
  private final Kernels kernels;
  private final FrozenPrefix prefix;
  private final Optional<Rematerialization> rematerialization;

  /**
   * @param unchanged how many blocks, from the lowest, no change ever touches
   * @param rematerialization empty for as much as memory asks for
   */
  public Transformer(
      FrozenTransformer frozen,
      Kernels kernels,
      int unchanged,
      Optional<Rematerialization> rematerialization) {
    this.frozen = frozen;
    this.kernels = kernels;
    this.prefix = new FrozenPrefix(frozen, kernels, this::block, unchanged);
    this.rematerialization = rematerialization;
  }

  public FrozenTransformer frozen() {
    return frozen;
  }

  /**
   * What one training step takes at most, beside the held model and the adapter.
   *
   * @param length tokens per example
   */
  public long stepBytes(int examples, int length) {
    return MemoryNeed.of(family(), family().layers() - prefix.layers(), examples, length)
        .bytes(rematerialization);
  }

  /** All examples of a set, so that no block computes one twice and lengths are much the same. */
  public List<int[]> batches(TokenizedSet set) {
    return prefix.batches(set).together();
  }

  /** What keeping the states that leave the unchanged blocks takes, for all of these sets. */
  public long stateBytes(Collection<TokenizedSet> sets) {
    return prefix.bytes(sets);
  }

  /**
   * Keeps states that leave the unchanged blocks, for sets that pass again and again; changes
   * nothing but the time.
   *
   * @param owner the arena that the states live in
   * @param sets of which the same share each is kept
   * @param mostBytes of all kept states
   * @return bytes of those that will be kept
   */
  public long keepStates(Arena owner, Collection<TokenizedSet> sets, long mostBytes) {
    return prefix.keep(owner, sets, mostBytes);
  }

  /** Hidden states after the last block [tokens, hidden]; keeps nothing else. */
  public NativeArray hidden(Arena arena, TokenBatch batch, WeightChange change) {
    BlockContexts context = family().context(arena, batch);
    NativeArray x = prefix.enter(arena, batch);
    for (int layer = prefix.layers(); layer < family().layers(); layer++) {
      NativeArray entered = x;
      x = block(arena, layer, entered, context.of(layer), change);
      if (layer > prefix.layers()) {
        entered.close();
      }
    }
    return x;
  }

  /** What leaves a block [tokens, hidden]; everything else it took is freed. */
  private NativeArray block(
      Arena arena, int layer, NativeArray x, List<NativeArray> context, WeightChange change) {
    try (Arena scratch = arena.child()) {
      return block(arena, layer, x, context, frozen.weights(scratch, layer, change, x.shape()[0]));
    }
  }

  private NativeArray block(
      Arena arena, int layer, NativeArray x, List<NativeArray> context, BlockWeights weights) {
    try (Arena scratch = arena.child()) {
      BlockArguments arguments = arguments(layer, context, weights);
      return arena.adopt(blocks().forward(scratch, x, arguments).output());
    }
  }

  private BlockKernels blocks() {
    return kernels.blocks(family().kernel());
  }

  private BlockArguments arguments(int layer, List<NativeArray> context, BlockWeights weights) {
    return new BlockArguments(
        context,
        weights.matrices(),
        frozen.vectors(layer),
        weights.right(),
        weights.left(),
        family().sizes(layer),
        family().numbers(layer));
  }

  /** Forward pass that can go back once. */
  public Pass forward(Arena arena, TokenBatch batch, WeightChange change) {
    BlockContexts context = family().context(arena, batch);
    NativeArray x = prefix.enter(arena, batch);
    int layers = family().layers() - prefix.layers();
    boolean keepAll =
        rematerialization.orElseGet(() -> Rematerialization.auto(family(), layers, batch))
            == Rematerialization.NOTHING;
    List<Step> steps = new ArrayList<>();
    for (int layer = prefix.layers(); layer < family().layers(); layer++) {
      Arena kept = arena.child();
      NativeArray entered = x;
      List<NativeArray> saved = List.of();
      if (keepAll) {
        try (Arena scratch = arena.child()) {
          BlockWeights weights = frozen.weights(scratch, layer, change, x.shape()[0]);
          BlockKernels.Forward results =
              blocks().forward(kept, x, arguments(layer, context.of(layer), weights));
          x = results.output();
          saved = results.saved();
        }
      } else {
        x = block(kept, layer, x, context.of(layer), change);
      }
      steps.add(new Step(kept, entered, saved));
    }
    return new Pass(change, context, prefix.layers(), steps, x);
  }

  /**
   * Backward pass; uses up {@code pass}, block by block: the gradient that enters a block lives
   * with the activations of the block below, which reads it.
   *
   * @param dhidden gradient of the loss by {@link Pass#hidden}
   * @param sites where gradients are wanted; nothing below the lowest of them is computed
   */
  public void backward(Pass pass, NativeArray dhidden, Set<LinearSite> sites, GradientSink sink) {
    int lowest = sites.stream().mapToInt(LinearSite::layer).min().orElse(family().layers());
    NativeArray gradient = dhidden;
    for (int layer = family().layers() - 1; layer >= lowest; layer--) {
      boolean toInput = layer > lowest;
      Step step = pass.step(layer);
      try (Arena kept = step.kept;
          Arena scratch = kept.child()) {
        BlockKernels.Backward back = backward(scratch, pass, step, layer, gradient, toInput);
        List<LinearSite> linears = family().linears(layer);
        for (int i = 0; i < linears.size(); i++) {
          if (sites.contains(linears.get(i))) {
            sink.accept(scratch, linears.get(i), back.entered(i), back.gradient(i));
          }
        }
        if (toInput) {
          gradient = pass.step(layer - 1).kept.adopt(back.byInput());
        }
      }
    }
  }

  private BlockKernels.Backward backward(
      Arena scratch, Pass pass, Step step, int layer, NativeArray gradient, boolean toInput) {
    BlockWeights weights = frozen.weights(scratch, layer, pass.change, step.entered.shape()[0]);
    BlockArguments arguments = arguments(layer, pass.context.of(layer), weights);
    List<NativeArray> saved =
        step.saved.isEmpty() ? blocks().saved(scratch, step.entered, arguments) : step.saved;
    return blocks().backward(scratch, gradient, step.entered, saved, arguments, toInput);
  }

  /** The memory of a text that has no token yet. */
  public Memory memory(Arena owner) {
    LanguageFamily family = frozen.language();
    List<List<NativeArray>> blocks = new ArrayList<>();
    for (int layer = 0; layer < family.layers(); layer++) {
      NativeArray none = owner.floats(new float[0], family.keyValueHeads(), 0, family.headWidth());
      blocks.add(List.of(none, none));
    }
    return new Memory(owner, blocks);
  }

  /**
   * Takes the next tokens of a text into its memory.
   *
   * @return hidden states of these tokens after the last block [tokens, hidden]
   */
  public NativeArray advance(Arena arena, Memory memory, long[] tokens, WeightChange change) {
    BlockContexts context = frozen.language().context(arena, memory.tokens, tokens.length);
    NativeArray x = frozen.embed(arena, tokens);
    for (int layer = 0; layer < family().layers(); layer++) {
      try (Arena scratch = arena.child()) {
        BlockWeights weights = frozen.weights(scratch, layer, change, tokens.length);
        LlamaKernels.Step step =
            kernels
                .llama()
                .step(
                    scratch,
                    x,
                    arguments(layer, context.of(layer), weights),
                    memory.blocks.get(layer));
        x = arena.adopt(step.output());
        memory.replace(layer, step.keys(), step.values());
      }
    }
    memory.tokens += tokens.length;
    return x;
  }

  /** Keys and values of the tokens of one text, block by block. */
  public static final class Memory {
    private final Arena owner;
    private final List<List<NativeArray>> blocks;
    private int tokens;

    private Memory(Arena owner, List<List<NativeArray>> blocks) {
      this.owner = owner;
      this.blocks = blocks;
    }

    private void replace(int layer, NativeArray keys, NativeArray values) {
      List<NativeArray> old = blocks.set(layer, List.of(owner.adopt(keys), owner.adopt(values)));
      old.forEach(NativeArray::close);
    }
  }

  private Family family() {
    return frozen.family();
  }

  /** A forward pass that can go back once. */
  public static final class Pass {
    private final WeightChange change;
    private final BlockContexts context;
    private final int lowest;
    private final List<Step> steps;
    private final NativeArray hidden;

    private Pass(
        WeightChange change,
        BlockContexts context,
        int lowest,
        List<Step> steps,
        NativeArray hidden) {
      this.change = change;
      this.context = context;
      this.lowest = lowest;
      this.steps = steps;
      this.hidden = hidden;
    }

    private Step step(int layer) {
      return steps.get(layer - lowest);
    }

    /** Hidden states after the last block [tokens, hidden]. */
    public NativeArray hidden() {
      return hidden;
    }
  }

  /**
   * What one block leaves for the way back.
   *
   * @param kept where its output and what it saved live
   * @param entered the block's input
   * @param saved empty if it is to be computed again
   */
  private record Step(Arena kept, NativeArray entered, List<NativeArray> saved) {}
}
