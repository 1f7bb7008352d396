package dev.weft.core.config;

/** What the server does with the mean update (Reddi et al., "Adaptive federated optimization"). */
public record ServerOptimizerConfig(
    Kind optimizer, double learningRate, double momentum, double beta1, double beta2, double tau) {

  /** The server optimizers. */
  public enum Kind {
    /** The mean update as it is, times the learning rate. */
    NONE,
    /** Momentum on the mean update. */
    FEDAVGM,
    /** Adam's two moments. */
    FEDADAM,
    /** Adam with Yogi's second moment, which forgets more slowly. */
    FEDYOGI
  }

  public ServerOptimizerConfig {
    Check.positive("learning-rate", learningRate);
    Check.fraction("momentum", momentum);
    Check.fraction("beta1", beta1);
    Check.fraction("beta2", beta2);
    Check.positive("tau", tau);
  }
}
