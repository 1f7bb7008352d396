package dev.weft.aggregation;

import dev.weft.aggregation.algebra.FactorSum;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.Part;
import java.util.List;
import org.ejml.data.DMatrixRMaj;

/**
 * The clients' weighted mean change {@code ΔW* = Σ p_k s B_k C_k A_k} (C the core, if any), with
 * p_k the shares of examples and each client at its own rank, one layer after the other.
 */
interface IdealChange {
  /** Nothing between or around them. */
  List<Part> FACTORS_ALONE = List.of(Part.B, Part.A);

  /**
   * Of one layer.
   *
   * @param sum the change itself
   * @param fixedPointBound upper bound of the Frobenius distance from what it would be, had the
   *     updates not been rounded to fixed point
   */
  record Layer(FactorSum sum, double fixedPointBound) {}

  Layer layer(AdapterTarget.Layer layer);

  /**
   * Whether {@link IdealOfSum} can tell it for clients of any rank. The change must be affine in
   * what is trained (methods.md fact 1), and that must be a factor whose entries beyond a client's
   * rank meet nothing of the client: any core, or B or A with nothing in between.
   */
  static boolean isInSum(AdapterForm form) {
    return form.affine()
        && (form.trained().contains(Part.CORE) || form.factors().equals(FACTORS_ALONE));
  }

  /** Adds {@code share · s} times the product of one layer. */
  static void add(FactorSum sum, double share, Adapter adapter, AdapterTarget.Layer layer) {
    DMatrixRMaj left =
        new DMatrixRMaj(layer.out(), adapter.form().rank(), true, adapter.left(layer));
    sum.add(share * adapter.form().scale(), left, adapter.a(layer));
  }
}
