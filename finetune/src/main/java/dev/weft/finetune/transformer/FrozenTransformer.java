package dev.weft.finetune.transformer;

import dev.weft.checkpoint.quantization.StoredMatrix;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.torch.Precision;
import dev.weft.finetune.torch.Processor;
import dev.weft.finetune.weights.NativeMatrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The weights of a transformer in native memory: linear layers and token tables in their held
 * bytes, norms and biases in float32. Immutable, so that any number of threads may use it at once.
 */
public final class FrozenTransformer {
  private final Kernels kernels;
  private final Family family;
  private final Precision precision;
  private final NativeMatrix tokens;
  private final List<NativeArray> outside;
  private final List<Block> blocks;
  private final Optional<NativeMatrix> output;
  private final NativeArray nothing;
  private final Holding holding;

  /** What one block holds. */
  private record Block(Map<LinearSite, NativeMatrix> matrices, List<NativeArray> vectors) {}

  private FrozenTransformer(Family family, Loader loader, Holding holding, Precision precision) {
    this.kernels = loader.kernels;
    this.family = family;
    this.precision = precision;
    this.tokens = loader.tokens;
    this.outside = List.copyOf(loader.outside);
    this.blocks = List.copyOf(loader.blocks);
    this.output = loader.output.or(() -> family.language().map(language -> loader.tokens));
    this.nothing = loader.owner.floats(new float[0], 0);
    this.holding = holding;
  }

  private FrozenTransformer(
      FrozenTransformer coded, List<Block> blocks, Optional<NativeMatrix> output) {
    this.kernels = coded.kernels;
    this.family = coded.family;
    this.precision = Precision.FLOAT32;
    this.tokens = coded.tokens;
    this.outside = coded.outside;
    this.blocks = List.copyOf(blocks);
    this.output = output;
    this.nothing = coded.nothing;
    this.holding = coded.holding;
  }

  /**
   * Brings a model into native memory.
   *
   * @param owner the arena that the weights live in
   */
  public static FrozenTransformer load(
      Arena owner, Kernels kernels, Family family, ModelWeights weights, Precision precision) {
    Loader loader = new Loader(owner, kernels);
    Holding holding = ModelWalk.through(family, weights, loader);
    return new FrozenTransformer(family, loader, holding, precision);
  }

  /**
   * This model with a change folded into its matrices, decoded once and for all: for a text that
   * grows token by token, where every token passes all weights.
   *
   * @param owner the arena that the decoded weights live in, 4 bytes each; must not outlive this
   *     model
   */
  public FrozenTransformer decoded(Arena owner, WeightChange change) {
    List<Block> dense = new ArrayList<>();
    for (Block block : blocks) {
      Map<LinearSite, NativeMatrix> matrices = new LinkedHashMap<>();
      block
          .matrices()
          .forEach(
              (site, matrix) ->
                  matrices.put(
                      site,
                      dense(owner, matrix, (arena, frozen) -> change.fold(arena, site, frozen))));
      dense.add(new Block(matrices, block.vectors()));
    }
    return new FrozenTransformer(
        this, dense, output.map(table -> dense(owner, table, (arena, frozen) -> frozen)));
  }

  private NativeMatrix dense(
      Arena owner, NativeMatrix matrix, BiFunction<Arena, NativeArray, NativeArray> fold) {
    try (Arena scratch = owner.child()) {
      NativeArray frozen = matrix.decode(scratch);
      NativeArray folded = fold.apply(scratch, frozen);
      if (precision == Precision.BFLOAT16) {
        folded = kernels.linear().roundedToBfloat16(scratch, folded);
      }
      return folded == frozen && matrix.dense()
          ? matrix
          : NativeMatrix.dense(owner.adopt(folded), kernels);
    }
  }

  public Family family() {
    return family;
  }

  public Holding holding() {
    return holding;
  }

  /** Decoded weights of one linear layer [out, in]. */
  public NativeArray weights(Arena arena, LinearSite site) {
    return blocks.get(site.layer()).matrices().get(site).decode(arena);
  }

  /**
   * The matrices of one block for so many rows, a change applied. One adapter is folded into a
   * matrix where the rows are so many that this is less work than the factors beside it; that is a
   * function of shapes alone, so the same batch always gives the same bits.
   */
  BlockWeights weights(Arena arena, int layer, WeightChange change, int rows) {
    List<NativeArray> matrices = new ArrayList<>();
    List<NativeArray> right = new ArrayList<>();
    List<NativeArray> left = new ArrayList<>();
    for (LinearSite site : family.linears(layer)) {
      NativeArray frozen = weights(arena, site);
      Optional<WeightChange.Beside> beside =
          change.laned() || fewRows(site, rows) ? change.beside(arena, site) : Optional.empty();
      matrices.add(
          inPrecision(arena, beside.isPresent() ? frozen : change.fold(arena, site, frozen)));
      right.add(beside.map(WeightChange.Beside::right).orElse(nothing));
      left.add(beside.map(WeightChange.Beside::left).orElse(nothing));
    }
    return new BlockWeights(matrices, right, left);
  }

  private static boolean fewRows(LinearSite site, int rows) {
    return (long) rows * (site.in() + site.out()) < (long) site.in() * site.out();
  }

  /**
   * What products take. Where the processor cannot multiply bfloat16, the weights are rounded to it
   * and products are float32 ones.
   */
  private NativeArray inPrecision(Arena arena, NativeArray matrix) {
    if (precision == Precision.FLOAT32) {
      return matrix;
    }
    return Processor.multipliesBfloat16()
        ? kernels.linear().asBfloat16(arena, matrix)
        : kernels.linear().roundedToBfloat16(arena, matrix);
  }

  List<NativeArray> vectors(int layer) {
    return blocks.get(layer).vectors();
  }

  /** Token embeddings [tokens, hidden]. */
  NativeArray embed(Arena arena, TokenBatch batch) {
    return embed(arena, batch.ids(), batch.length());
  }

  /** Token embeddings of one text [tokens, hidden]. */
  NativeArray embed(Arena arena, long[] ids) {
    return embed(arena, ids, ids.length);
  }

  private NativeArray embed(Arena arena, long[] ids, int length) {
    NativeArray words = tokens.rows(arena, arena.longs(ids, ids.length));
    return family.embed(arena, kernels, words, length, outside);
  }

  /**
   * The family of a language model.
   *
   * @throws java.util.NoSuchElementException for an encoder
   */
  public LanguageFamily language() {
    return family.language().orElseThrow();
  }

  /** Gain of the norm before the output layer; for language models. */
  public NativeArray outputNorm() {
    return outside.get(language().outputNorm());
  }

  /**
   * Some rows of a language model's output layer.
   *
   * @param from token of the first row
   * @param to token after that of the last
   * @return [to - from, hidden]
   */
  public NativeArray outputRows(Arena arena, int from, int to) {
    return inPrecision(arena, output.orElseThrow().rows(arena, from, to));
  }

  /** Uploads what it sees on its way through the model. */
  private static final class Loader implements ModelWalk.Visitor {
    private final Arena owner;
    private final Kernels kernels;
    private final List<NativeArray> outside = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();
    private NativeMatrix tokens;
    private Optional<NativeMatrix> output = Optional.empty();

    Loader(Arena owner, Kernels kernels) {
      this.owner = owner;
      this.kernels = kernels;
    }

    @Override
    public void tokens(StoredMatrix table) {
      tokens = NativeMatrix.of(table, owner, kernels);
    }

    @Override
    public void outside(Optional<Tensor> values) {
      outside.add(vector(owner, values));
    }

    @Override
    public void block() {
      blocks.add(new Block(new LinkedHashMap<>(), new ArrayList<>()));
    }

    @Override
    public void linear(LinearSite site, StoredMatrix matrix) {
      last().matrices().put(site, NativeMatrix.of(matrix, owner, kernels));
    }

    @Override
    public void vector(Optional<Tensor> values) {
      last().vectors().add(vector(owner, values));
    }

    @Override
    public void output(StoredMatrix table) {
      output = Optional.of(NativeMatrix.of(table, owner, kernels));
    }

    private Block last() {
      return blocks.get(blocks.size() - 1);
    }

    private static NativeArray vector(Arena owner, Optional<Tensor> values) {
      return values.map(owner::floats).orElseGet(() -> owner.floats(new float[0], 0));
    }
  }
}
