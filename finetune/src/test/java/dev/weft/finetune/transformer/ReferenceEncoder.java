package dev.weft.finetune.transformer;

import dev.weft.checkpoint.EncoderShape;

/** BERT: Devlin et al., 2019. */
public final class ReferenceEncoder extends ReferenceModel {
  private final EncoderShape shape;

  public ReferenceEncoder(TinyModel model) {
    super(model);
    this.shape = ((BertFamily) model.family()).shape();
  }

  /** Mean of an example's last hidden states. */
  public double[] pooled(int[] ids) {
    double[][] hidden = hidden(ids);
    double[] mean = new double[shape.hidden()];
    for (double[] token : hidden) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += token[i] / hidden.length;
      }
    }
    return mean;
  }

  @Override
  public double[][] hidden(int[] ids) {
    double[][] words = rows("embeddings.word_embeddings.weight");
    double[][] positions = rows("embeddings.position_embeddings.weight");
    double[] kind = rows("embeddings.token_type_embeddings.weight")[0];
    double[][] x = new double[ids.length][];
    for (int t = 0; t < x.length; t++) {
      double[] position = positions[shape.positionOffset() + t];
      x[t] = norm(plus(plus(words[ids[t]], position), kind), "embeddings.LayerNorm");
    }
    for (int layer = 0; layer < shape.layers(); layer++) {
      x = layer(x, "encoder.layer." + layer + ".");
    }
    return x;
  }

  private double[][] layer(double[][] x, String prefix) {
    double[][] query = linear(x, prefix + "attention.self.query");
    double[][] key = linear(x, prefix + "attention.self.key");
    double[][] value = linear(x, prefix + "attention.self.value");
    int width = shape.hidden() / shape.heads();
    double[][] context = new double[x.length][shape.hidden()];
    for (int head = 0; head < shape.heads(); head++) {
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

  private double[] norm(double[] x, String name) {
    double mean = 0;
    for (double value : x) {
      mean += value / x.length;
    }
    double variance = 0;
    for (double value : x) {
      variance += (value - mean) * (value - mean) / x.length;
    }
    double[] gain = vector(name + ".weight");
    double[] bias = vector(name + ".bias");
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (x[i] - mean) / Math.sqrt(variance + shape.epsilon()) * gain[i] + bias[i];
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
}
