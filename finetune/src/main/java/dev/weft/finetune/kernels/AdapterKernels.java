package dev.weft.finetune.kernels;

import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.torch.Program;
import java.util.List;

/** Kernels of {@code adapter.py}: low-rank changes of a frozen weight, lane by lane. */
public final class AdapterKernels {
  private final Program program;

  AdapterKernels(Program program) {
    this.program = program;
  }

  /**
   * The sum of two matrices.
   *
   * @param w [out, in]
   * @param addition [out, in]
   */
  public NativeArray plus(Arena arena, NativeArray w, NativeArray addition) {
    return program.callOne(arena, "plus", w, addition);
  }

  /**
   * {@code w + scale · left · right} [out, in].
   *
   * @param w [out, in]
   * @param left [out, r]
   * @param right [r, in]
   */
  public NativeArray plusProduct(
      Arena arena, NativeArray w, NativeArray left, NativeArray right, double scale) {
    return program.callOne(arena, "plus_product", w, left, right, scale);
  }

  /**
   * As {@link #plusProduct}, of the only lane.
   *
   * @param w [out, in]
   * @param left [1, out, r]
   * @param right [1, r, in]
   */
  public NativeArray plusLaneProduct(
      Arena arena, NativeArray w, NativeArray left, NativeArray right, double scale) {
    return program.callOne(arena, "plus_lane_product", w, left, right, scale);
  }

  /** {@code scale · m}. */
  public NativeArray scaled(Arena arena, NativeArray m, double scale) {
    return program.callOne(arena, "scaled", m, scale);
  }

  /**
   * Arrays one after the other.
   *
   * @param parts of one shape but for {@code axis}
   */
  public NativeArray join(Arena arena, List<NativeArray> parts, int axis) {
    return program.callOne(arena, "join", parts, axis);
  }

  /** An identity matrix [size, size] where another array is. */
  public NativeArray identity(Arena arena, NativeArray like, int size) {
    return program.callOne(arena, "identity", like, size);
  }

  /**
   * Factors of every lane with the same ones beside them.
   *
   * @param right [lanes, r, in]
   * @param left [lanes, out, r]
   * @param sideRight [q, in]
   * @param sideLeft [out, q]
   */
  public Factors joinToLanes(
      Arena arena,
      NativeArray right,
      NativeArray left,
      NativeArray sideRight,
      NativeArray sideLeft) {
    List<NativeArray> joined =
        program.call(arena, "join_to_lanes", right, left, sideRight, sideLeft);
    return new Factors(joined.get(0), joined.get(1));
  }

  /**
   * A pair of factors in every lane.
   *
   * @param right [lanes, r + q, in]
   * @param left [lanes, out, r + q]
   */
  public record Factors(NativeArray right, NativeArray left) {}

  /**
   * {@code left · right}, lane by lane.
   *
   * @param left [lanes, n, k]
   * @param right [lanes or 1, k, r]
   */
  public NativeArray laneProduct(Arena arena, NativeArray left, NativeArray right) {
    return program.callOne(arena, "lane_product", left, right);
  }

  /**
   * {@code left · rightᵀ}, lane by lane.
   *
   * @param left [lanes, n, k]
   * @param right [lanes or 1, r, k]
   */
  public NativeArray laneProductTransposed(Arena arena, NativeArray left, NativeArray right) {
    return program.callOne(arena, "lane_product_transposed", left, right);
  }

  /**
   * The columns of m times a diagonal, lane by lane.
   *
   * @param m [lanes, rows, r]
   * @param diagonal [lanes, r]
   */
  public NativeArray laneScaleColumns(Arena arena, NativeArray m, NativeArray diagonal) {
    return program.callOne(arena, "lane_scale_columns", m, diagonal);
  }

  /**
   * The rows of m times a diagonal, lane by lane.
   *
   * @param m [lanes, out, r]
   * @param diagonal [lanes, out]
   */
  public NativeArray laneScaleRows(Arena arena, NativeArray m, NativeArray diagonal) {
    return program.callOne(arena, "lane_scale_rows", m, diagonal);
  }

  /**
   * {@code x · w} by lane [lanes, rows of a lane, r].
   *
   * @param x [rows, k]
   * @param w [lanes or 1, k, r]
   */
  public NativeArray rowsTimes(Arena arena, NativeArray x, NativeArray w, int lanes) {
    return program.callOne(arena, "rows_times", x, w, lanes);
  }

  /**
   * {@code x · wᵀ} by lane [lanes, rows of a lane, r].
   *
   * @param x [rows, k]
   * @param w [lanes or 1, r, k]
   */
  public NativeArray rowsTimesTransposed(Arena arena, NativeArray x, NativeArray w, int lanes) {
    return program.callOne(arena, "rows_times_transposed", x, w, lanes);
  }

  /**
   * {@code scale · uᵀ v} of each lane's rows [lanes, columns of u, columns of v].
   *
   * @param u rows of all lanes, flat or by lane
   * @param v likewise
   */
  public NativeArray laneCross(Arena arena, NativeArray u, NativeArray v, int lanes, double scale) {
    return program.callOne(arena, "lane_cross", u, v, lanes, scale);
  }

  /**
   * {@code scale} times the diagonal of {@code uᵀ v} of each lane's rows [lanes, columns].
   *
   * @param u rows of all lanes, flat or by lane
   * @param v likewise
   */
  public NativeArray laneDot(Arena arena, NativeArray u, NativeArray v, int lanes, double scale) {
    return program.callOne(arena, "lane_dot", u, v, lanes, scale);
  }

  /**
   * The columns of dy times the factors of its lane [rows, out].
   *
   * @param dy [rows, out]
   * @param factors [lanes or 1, out]
   */
  public NativeArray scaleLaneColumns(Arena arena, NativeArray dy, NativeArray factors) {
    return program.callOne(arena, "scale_lane_columns", dy, factors);
  }

  /**
   * {@code 1 / sqrt(norm of each row of left · right + floor)} [lanes, out].
   *
   * @param left [lanes, out, r]
   * @param right [lanes, r, in]
   */
  public NativeArray alloraFactors(Arena arena, NativeArray left, NativeArray right, double floor) {
    return program.callOne(arena, "allora_factors", left, right, floor);
  }

  /**
   * The columns of m times factors.
   *
   * @param m [rows, out]
   * @param factors [out]
   */
  public NativeArray scaleColumns(Arena arena, NativeArray m, NativeArray factors) {
    return program.callOne(arena, "scale_columns", m, factors);
  }

  /**
   * What the rows of v are multiplied by to have the lengths of magnitude [out]; 1 for a row of
   * zeros.
   *
   * @param v [out, in]
   * @param magnitude [1, out]
   */
  public NativeArray doraStretch(Arena arena, NativeArray v, NativeArray magnitude) {
    return program.callOne(arena, "dora_stretch", v, magnitude);
  }

  /**
   * The rows of v times their stretch [out, in].
   *
   * @param v [out, in]
   * @param stretch [out]
   */
  public NativeArray doraFold(Arena arena, NativeArray v, NativeArray stretch) {
    return program.callOne(arena, "dora_fold", v, stretch);
  }

  /**
   * Gradient by the lengths of the rows [lanes, out]; 0 for a row of zeros.
   *
   * @param x what entered the layer [rows, in]
   * @param dy gradient by what left it [rows, out]
   * @param v the rows before the stretch [out, in]
   */
  public NativeArray doraMagnitudeGradient(
      Arena arena, NativeArray x, NativeArray dy, NativeArray v, int lanes) {
    return program.callOne(arena, "dora_magnitude_gradient", x, dy, v, lanes);
  }

  /**
   * {@code w ⊙ (1 + scale · left · right)} [out, in], of the only lane.
   *
   * @param w [out, in]
   * @param left [1, out, r]
   * @param right [1, r, in]
   */
  public NativeArray hadamardFold(
      Arena arena, NativeArray w, NativeArray left, NativeArray right, double scale) {
    return program.callOne(arena, "hadamard_fold", w, left, right, scale);
  }

  /**
   * Gradients of {@link #hadamardFold} by its factors.
   *
   * @param x what entered the layer [rows, in]
   * @param dy gradient by what left it [rows, out]
   * @param w [out, in]
   * @param left [1, out, r]
   * @param right [1, r, in]
   */
  public HadamardGradients hadamardGradients(
      Arena arena,
      NativeArray x,
      NativeArray dy,
      NativeArray w,
      NativeArray left,
      NativeArray right,
      double scale,
      int lanes) {
    List<NativeArray> both =
        program.call(arena, "hadamard_gradients", x, dy, w, left, right, scale, lanes);
    return new HadamardGradients(both.get(0), both.get(1));
  }

  /**
   * See {@link #hadamardGradients}.
   *
   * @param byLeft [lanes, out, r]
   * @param byRight [lanes, r, in]
   */
  public record HadamardGradients(NativeArray byLeft, NativeArray byRight) {}

  /**
   * Adds {@code dyᵀ x}, the gradient by a whole matrix.
   *
   * @param total [out, in]; changed
   * @param x what entered the layer [rows, in]
   * @param dy gradient by what left it [rows, out]
   */
  public NativeArray addDenseGradient(
      Arena arena, NativeArray total, NativeArray x, NativeArray dy) {
    return program.callOne(arena, "add_dense_gradient", total, x, dy);
  }

  /**
   * Adds {@code xᵀ x} of what enters a layer.
   *
   * @param total [in, in]; changed
   * @param x [rows, in]
   */
  public void addGram(Arena arena, NativeArray total, NativeArray x) {
    program.call(arena, "add_gram", total, x);
  }
}
