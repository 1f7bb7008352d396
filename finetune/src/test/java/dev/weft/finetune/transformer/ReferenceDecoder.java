package dev.weft.finetune.transformer;

import dev.weft.checkpoint.DecoderBlock;
import dev.weft.checkpoint.DecoderShape;
import dev.weft.checkpoint.Rope;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Llama (Touvron et al., 2023) with what later families change, block by block: RMSNorm, rotary
 * embedding, grouped-query causal attention, a gated feed-forward.
 */
public final class ReferenceDecoder extends ReferenceModel {
  private final DecoderShape shape;

  public ReferenceDecoder(TinyModel model) {
    super(model);
    this.shape = ((LlamaFamily) model.family()).shape();
  }

  /** Unnormalised log probabilities of the token after each [tokens][vocabulary]. */
  public double[][] scores(int[] ids) {
    double[][] table = rows(shape.tied() ? "model.embed_tokens.weight" : "lm_head.weight");
    return Arrays.stream(hidden(ids))
        .map(state -> times(table, norm(state, "model.norm.weight")))
        .toArray(double[][]::new);
  }

  /** Sum of the cross entropies of all tokens after the prompt; the first token has none. */
  public double loss(int[] ids, int promptTokens) {
    double[][] scores = scores(ids);
    double sum = 0;
    for (int t = Math.max(1, promptTokens); t < ids.length; t++) {
      sum += crossEntropy(scores[t - 1], ids[t]);
    }
    return sum;
  }

  @Override
  public double[][] hidden(int[] ids) {
    double[][] words = rows("model.embed_tokens.weight");
    double[][] x = new double[ids.length][shape.hidden()];
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < x[t].length; i++) {
        x[t][i] = words[ids[t]][i] * shape.embeddingScale();
      }
    }
    for (int layer = 0; layer < shape.layers(); layer++) {
      x = layer(x, "model.layers." + layer + ".", shape.blocks().get(layer));
    }
    return x;
  }

  private double[][] layer(double[][] x, String prefix, DecoderBlock block) {
    List<String> norms = block.norms().names();
    double[][] h = normIf(x, prefix, norms.get(0));
    double[][] mixed = attention(h, prefix + "self_attn.", block);
    double[][] attended = linear(mixed, prefix + "self_attn.o_proj");
    double[][] a = plus(x, normIf(attended, prefix, norms.get(1)));
    double[][] n = normIf(a, prefix, norms.get(2));
    double[][] gate = linear(n, prefix + "mlp.gate_proj");
    double[][] up = linear(n, prefix + "mlp.up_proj");
    for (int t = 0; t < gate.length; t++) {
      for (int i = 0; i < gate[t].length; i++) {
        gate[t][i] = activation(gate[t][i], block) * up[t][i];
      }
    }
    return plus(a, normIf(linear(gate, prefix + "mlp.down_proj"), prefix, norms.get(3)));
  }

  private double[][] normIf(double[][] x, String prefix, String norm) {
    return norm.isEmpty() ? x : norm(x, prefix + norm + ".weight");
  }

  private double[][] attention(double[][] h, String prefix, DecoderBlock block) {
    double[][] query = queries(h, prefix + "q_", block);
    double[][] key = queries(h, prefix + "k_", block);
    double[][] value = linear(h, prefix + "v_proj");
    int width = shape.headWidth();
    double[][] mixed = new double[h.length][shape.heads() * width];
    for (int head = 0; head < shape.heads(); head++) {
      int shared = head / (shape.heads() / shape.keyValueHeads());
      for (int t = 0; t < h.length; t++) {
        double[] q = turned(head(query[t], head), block.rope(), t);
        double[] weights = new double[t + 1];
        int first = Math.max(0, t + 1 - block.window());
        for (int s = first; s <= t; s++) {
          double[] k = turned(head(key[s], shared), block.rope(), s);
          weights[s] = Math.exp(dot(q, k) * block.attentionScale());
        }
        double sum = Arrays.stream(weights).sum();
        for (int s = first; s <= t; s++) {
          for (int i = 0; i < width; i++) {
            mixed[t][head * width + i] += weights[s] / sum * head(value[s], shared)[i];
          }
        }
      }
    }
    return mixed;
  }

  /** Queries or keys of all heads [tokens][heads * width], normed where the block does that. */
  private double[][] queries(double[][] h, String prefix, DecoderBlock block) {
    double[][] all = linear(h, prefix + "proj");
    String norm = prefix + "norm.weight";
    return switch (block.queryKeyNorm()) {
      case NONE -> all;
      case TOKEN -> norm(all, norm);
      case HEAD ->
          Arrays.stream(all)
              .map(
                  token ->
                      IntStream.range(0, token.length / shape.headWidth())
                          .mapToObj(head -> norm(head(token, head), norm))
                          .flatMapToDouble(Arrays::stream)
                          .toArray())
              .toArray(double[][]::new);
    };
  }

  private double[] head(double[] all, int head) {
    return Arrays.copyOfRange(all, head * shape.headWidth(), (head + 1) * shape.headWidth());
  }

  /** A query or key, turned by its position. */
  private static double[] turned(double[] x, Rope rope, int position) {
    int half = x.length / 2;
    double[] y = new double[x.length];
    for (int i = 0; i < half; i++) {
      double angle = position * rope.inverseFrequencies().get(i);
      double cosine = Math.cos(angle) * rope.attentionFactor();
      double sine = Math.sin(angle) * rope.attentionFactor();
      y[i] = x[i] * cosine - x[i + half] * sine;
      y[i + half] = x[i + half] * cosine + x[i] * sine;
    }
    return y;
  }

  private static double activation(double x, DecoderBlock block) {
    return switch (block.activation()) {
      case SILU -> x / (1 + Math.exp(-x));
      case GELU_TANH ->
          0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    };
  }

  private double[][] norm(double[][] x, String gain) {
    return Arrays.stream(x).map(token -> norm(token, gain)).toArray(double[][]::new);
  }

  private double[] norm(double[] x, String name) {
    double rate = 1 / Math.sqrt(dot(x, x) / x.length + shape.epsilon());
    double[] gain = vector(name);
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] * rate * (gain[i] + shape.normOffset());
    }
    return y;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double[][] plus(double[][] a, double[][] b) {
    double[][] sum = new double[a.length][];
    for (int t = 0; t < a.length; t++) {
      sum[t] = plus(a[t], b[t]);
    }
    return sum;
  }
}
