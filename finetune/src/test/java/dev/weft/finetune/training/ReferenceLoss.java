package dev.weft.finetune.training;

import static dev.weft.finetune.transformer.ReferenceModel.crossEntropy;
import static dev.weft.finetune.transformer.ReferenceModel.plus;
import static dev.weft.finetune.transformer.ReferenceModel.times;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Part;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.transformer.ReferenceDecoder;
import dev.weft.finetune.transformer.ReferenceEncoder;
import dev.weft.finetune.transformer.ReferenceModel;
import dev.weft.finetune.transformer.TinyModel;
import dev.weft.text.TokenizedSet;
import dev.weft.text.TokenizedSets;

/**
 * The mean loss of a model under a chain adapter, in double precision, as a function of one value.
 */
record ReferenceLoss(TinyModel model, Adapter adapter, TokenizedSet data) {
  private static final double STEP = 1e-5;

  double value() {
    return at("", 0, 0);
  }

  /** Derivative by one value of one tensor, by central differences. */
  double slope(String tensor, int index) {
    return (at(tensor, index, STEP) - at(tensor, index, -STEP)) / (2 * STEP);
  }

  /** The loss with one value moved. */
  private double at(String moved, int index, double by) {
    ReferenceModel reference = ReferenceModel.of(model);
    for (AdapterTarget.Layer layer : adapter.target().layers()) {
      addProduct(reference.matrix(layer.name()), layer.name(), moved, index, by);
    }
    if (reference instanceof ReferenceDecoder decoder) {
      return meanPerToken(decoder);
    }
    return meanPerExample(
        (ReferenceEncoder) reference,
        values(AdapterTarget.Head.WEIGHT, moved, index, by),
        values(AdapterTarget.Head.BIAS, moved, index, by)[0]);
  }

  private double meanPerToken(ReferenceDecoder decoder) {
    double sum = 0;
    long targets = 0;
    for (int example = 0; example < data.size(); example++) {
      sum += decoder.loss(TokenizedSets.ids(data, example), data.promptTokens(example));
      targets += data.targetTokens(example);
    }
    return sum / targets;
  }

  private double meanPerExample(ReferenceEncoder encoder, double[][] weight, double[] bias) {
    double sum = 0;
    for (int example = 0; example < data.size(); example++) {
      double[] pooled = encoder.pooled(TokenizedSets.ids(data, example));
      sum += crossEntropy(plus(times(weight, pooled), bias), data.label(example));
    }
    return sum / data.size();
  }

  private void addProduct(double[][] w, String layer, String moved, int index, double by) {
    double[][] right = values(Part.A.tensorName(layer), moved, index, by);
    if (adapter.form().chain().core() == ChainAdapter.Core.FULL) {
      right = product(values(Part.CORE.tensorName(layer), moved, index, by), right);
    }
    double[][] delta = product(values(Part.B.tensorName(layer), moved, index, by), right);
    for (int o = 0; o < w.length; o++) {
      for (int i = 0; i < w[o].length; i++) {
        w[o][i] += adapter.form().scale() * delta[o][i];
      }
    }
  }

  /** A tensor's rows, one value moved; a vector is one row. */
  private double[][] values(String name, String moved, int index, double by) {
    Tensor tensor = adapter.tensors().get(name);
    int width = tensor.dimension(tensor.shape().size() - 1);
    double[][] rows = new double[tensor.size() / width][width];
    for (int i = 0; i < tensor.size(); i++) {
      rows[i / width][i % width] = tensor.at(i) + (name.equals(moved) && i == index ? by : 0);
    }
    return rows;
  }

  private static double[][] product(double[][] left, double[][] right) {
    double[][] result = new double[left.length][right[0].length];
    for (int o = 0; o < left.length; o++) {
      for (int k = 0; k < right.length; k++) {
        for (int i = 0; i < right[k].length; i++) {
          result[o][i] += left[o][k] * right[k][i];
        }
      }
    }
    return result;
  }
}
