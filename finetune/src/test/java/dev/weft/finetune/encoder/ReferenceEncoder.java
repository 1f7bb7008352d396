package dev.weft.finetune.encoder;

import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.checkpoint.EncoderCheckpoint;
import dev.weft.finetune.text.TokenizedSet;
import java.util.HashMap;
import java.util.Map;

/**
 * The encoder as the papers write it: one example at a time, in double precision, without padding,
 * fusion or batching. Slow and obviously right; kernels are compared with it.
 */
public final class ReferenceEncoder {
  private final EncoderCheckpoint checkpoint;
  private final Map<String, double[][]> matrices = new HashMap<>();

  public ReferenceEncoder(EncoderCheckpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  /** The weights [out][in] of a linear layer; may be changed. */
  public double[][] matrix(String layer) {
    return matrices.computeIfAbsent(
        layer, name -> rows(checkpoint.tensors().get(name + ".weight")));
  }

  /** Mean of an example's last hidden states. */
  public double[] pooled(TokenizedSet set, int example) {
    double[][] hidden = hidden(set, example);
    double[] mean = new double[checkpoint.shape().hidden()];
    for (double[] token : hidden) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += token[i] / hidden.length;
      }
    }
    return mean;
  }

  /** Last hidden states [tokens][hidden] of an example. */
  public double[][] hidden(TokenizedSet set, int example) {
    double[][] x = new double[set.tokens(example)][];
    for (int t = 0; t < x.length; t++) {
      double[] word = row("embeddings.word_embeddings.weight", set.token(example, t));
      double[] position = row("embeddings.position_embeddings.weight", t);
      double[] kind = row("embeddings.token_type_embeddings.weight", 0);
      x[t] = norm(plus(plus(word, position), kind), "embeddings.LayerNorm");
    }
    for (int layer = 0; layer < checkpoint.shape().layers(); layer++) {
      x = layer(x, "encoder.layer." + layer + ".");
    }
    return x;
  }

  /** Cross entropy of an example under a linear head. */
  public static double loss(double[] pooled, int label, double[][] weight, double[] bias) {
    double[] logits = bias.clone();
    double sum = 0;
    for (int c = 0; c < logits.length; c++) {
      for (int i = 0; i < pooled.length; i++) {
        logits[c] += weight[c][i] * pooled[i];
      }
      sum += Math.exp(logits[c]);
    }
    return Math.log(sum) - logits[label];
  }

  private double[][] layer(double[][] x, String prefix) {
    double[][] query = linear(x, prefix + "attention.self.query");
    double[][] key = linear(x, prefix + "attention.self.key");
    double[][] value = linear(x, prefix + "attention.self.value");
    int heads = checkpoint.shape().heads();
    int width = checkpoint.shape().hidden() / heads;
    double[][] context = new double[x.length][checkpoint.shape().hidden()];
    for (int head = 0; head < heads; head++) {
      for (int t = 0; t < x.length; t++) {
        double[] weights = new double[x.length];
        double sum = 0;
        for (int s = 0; s < x.length; s++) {
          double score = 0;
          for (int i = head * width; i < (head + 1) * width; i++) {
            score += query[t][i] * key[s][i];
          }
          weights[s] = Math.exp(score / Math.sqrt(width));
          sum += weights[s];
        }
        for (int s = 0; s < x.length; s++) {
          for (int i = head * width; i < (head + 1) * width; i++) {
            context[t][i] += weights[s] / sum * value[s][i];
          }
        }
      }
    }
    double[][] attended = linear(context, prefix + "attention.output.dense");
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      y[t] = norm(plus(x[t], attended[t]), prefix + "attention.output.LayerNorm");
    }
    double[][] inner = linear(y, prefix + "intermediate.dense");
    for (double[] token : inner) {
      for (int i = 0; i < token.length; i++) {
        token[i] = token[i] * normalCdf(token[i]);
      }
    }
    double[][] outer = linear(inner, prefix + "output.dense");
    for (int t = 0; t < x.length; t++) {
      y[t] = norm(plus(y[t], outer[t]), prefix + "output.LayerNorm");
    }
    return y;
  }

  private double[][] linear(double[][] x, String name) {
    double[][] w = matrix(name);
    double[] bias = row(name + ".bias");
    double[][] y = new double[x.length][w.length];
    for (int t = 0; t < x.length; t++) {
      for (int o = 0; o < w.length; o++) {
        y[t][o] = bias[o];
        for (int i = 0; i < w[o].length; i++) {
          y[t][o] += w[o][i] * x[t][i];
        }
      }
    }
    return y;
  }

  private double[] norm(double[] x, String name) {
    double mean = 0;
    for (double value : x) {
      mean += value / x.length;
    }
    double variance = 0;
    for (double value : x) {
      variance += (value - mean) * (value - mean) / x.length;
    }
    double[] gain = row(name + ".weight");
    double[] bias = row(name + ".bias");
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (x[i] - mean) / Math.sqrt(variance + checkpoint.shape().epsilon()) * gain[i] + bias[i];
    }
    return y;
  }

  /** By the Maclaurin series of the error function, exact to double precision for |x| < 5. */
  private static double normalCdf(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= -x * x / (2 * n);
      sum += term / (2 * n + 1);
    }
    return 0.5 + sum / Math.sqrt(2 * Math.PI);
  }

  private double[] row(String name) {
    Tensor tensor = checkpoint.tensors().get(name);
    return rows(Tensor.of(tensor.toArray(), 1, tensor.size()))[0];
  }

  private double[] row(String name, int index) {
    return rows(checkpoint.tensors().get(name))[index];
  }

  private static double[][] rows(Tensor tensor) {
    double[][] rows = new double[tensor.dimension(0)][tensor.dimension(1)];
    for (int r = 0; r < rows.length; r++) {
      for (int c = 0; c < rows[r].length; c++) {
        rows[r][c] = tensor.at(r, c);
      }
    }
    return rows;
  }

  private static double[] plus(double[] a, double[] b) {
    double[] sum = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = a[i] + b[i];
    }
    return sum;
  }
}
