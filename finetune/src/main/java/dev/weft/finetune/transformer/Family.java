package dev.weft.finetune.transformer;

import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import java.util.List;
import java.util.Optional;

/**
 * A family of transformers: what a model of it holds, by checkpoint name, and the kernels that
 * compute with it. Another family is another implementation and its kernel file.
 */
public interface Family {

  /** Number of blocks. */
  int layers();

  /** Width of the residual stream. */
  int hidden();

  /** Number of tokens the model knows. */
  int vocabulary();

  /** Longest sequence, in tokens. */
  int positions();

  /** The frozen linear layers of one block, in the order its kernels list them. */
  List<LinearSite> linears(int layer);

  /** The unquantized arrays of one block, in the order its kernels list them. */
  List<Parameter> vectors(int layer);

  /** The unquantized arrays outside the blocks, in the order that {@link #embed} lists them. */
  List<Parameter> outside();

  /**
   * What the names of all arrays that the family computes with begin with. An array of such a name
   * that is none of them makes another model.
   */
  List<String> trunk();

  /** What the names of the blocks' arrays begin with, followed by the block's number. */
  String blocks();

  /** Name of the token table [vocabulary, hidden]. */
  String tokenTable();

  /** This family as a language model; empty for an encoder, whose head belongs to the task. */
  Optional<LanguageFamily> language();

  /**
   * The kernels' file without its ending, and the stem of their names: {@code bert} for {@code
   * bert_forward}.
   */
  String kernel();

  /** The integers that a block's kernels take. */
  long[] sizes(int layer);

  /** The other numbers that a block's kernels take. */
  double[] numbers(int layer);

  /** What every norm adds to a variance. */
  double epsilon();

  /** Float32 values that a block keeps per token for its backward pass, at most. */
  long savedPerToken(int length);

  /** What the blocks' kernels must know of a batch. */
  BlockContexts context(Arena arena, TokenBatch batch);

  /**
   * What enters the first block [tokens, hidden].
   *
   * @param words rows of the token table [tokens, hidden]
   * @param length tokens per example
   * @param outside the arrays of {@link #outside}
   */
  NativeArray embed(
      Arena arena, Kernels kernels, NativeArray words, int length, List<NativeArray> outside);

  /**
   * An unquantized array of the model.
   *
   * @param name in the checkpoint; empty where this model has none
   * @param offset added to every value
   */
  record Parameter(String name, List<Integer> shape, double offset) {
    /** An array that models of this family always have. */
    static Parameter of(String name, Integer... shape) {
      return new Parameter(name, List.of(shape), 0);
    }

    /** In place of an array that this model does not have. */
    static Parameter none() {
      return new Parameter("", List.of(0), 0);
    }
  }
}
