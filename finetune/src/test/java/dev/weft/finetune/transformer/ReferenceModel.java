package dev.weft.finetune.transformer;

import dev.weft.core.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;

/**
 * A network as its paper writes it: one example at a time, in double precision, without padding,
 * fusion or batching. Slow and obviously right; kernels are compared with it.
 */
public abstract sealed class ReferenceModel permits ReferenceEncoder, ReferenceDecoder {
  private final TinyModel model;
  private final Map<String, double[][]> matrices = new HashMap<>();

  ReferenceModel(TinyModel model) {
    this.model = model;
  }

  public static ReferenceModel of(TinyModel model) {
    return model.isDecoder() ? new ReferenceDecoder(model) : new ReferenceEncoder(model);
  }

  /** What leaves the last block [tokens][hidden]. */
  public abstract double[][] hidden(int[] ids);

  /** The weights [out][in] of a linear layer; may be changed. */
  public final double[][] matrix(String layer) {
    return matrices.computeIfAbsent(layer + ".weight", this::rows);
  }

  /** Cross entropy of a choice by its unnormalised log probabilities. */
  public static double crossEntropy(double[] scores, int right) {
    double sum = 0;
    for (double score : scores) {
      sum += Math.exp(score);
    }
    return Math.log(sum) - scores[right];
  }

  /** {@code x Wᵀ}, and a bias where the checkpoint has one. */
  final double[][] linear(double[][] x, String layer) {
    double[][] w = matrix(layer);
    boolean biased = model.find(layer + ".bias").isPresent();
    double[] bias = biased ? vector(layer + ".bias") : new double[w.length];
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      y[t] = plus(times(w, x[t]), bias);
    }
    return y;
  }

  final double[] vector(String name) {
    Tensor tensor = model.tensor(name);
    double[] values = new double[tensor.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = tensor.at(i);
    }
    return values;
  }

  final double[][] rows(String name) {
    Tensor tensor = model.tensor(name);
    double[][] rows = new double[tensor.dimension(0)][tensor.dimension(1)];
    for (int r = 0; r < rows.length; r++) {
      for (int c = 0; c < rows[r].length; c++) {
        rows[r][c] = tensor.at(r, c);
      }
    }
    return rows;
  }

  /** {@code M x}. */
  public static double[] times(double[][] m, double[] x) {
    double[] y = new double[m.length];
    for (int o = 0; o < y.length; o++) {
      for (int i = 0; i < x.length; i++) {
        y[o] += m[o][i] * x[i];
      }
    }
    return y;
  }

  public static double[] plus(double[] a, double[] b) {
    double[] sum = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = a[i] + b[i];
    }
    return sum;
  }
}
