package dev.weft.finetune.training;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.encoder.Encoder;
import dev.weft.finetune.encoder.FrozenEncoder;
import dev.weft.finetune.encoder.LinearSite;
import dev.weft.finetune.text.TokenizedSet;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import dev.weft.finetune.torch.NativeArray;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Trains and measures adapters on one frozen encoder; every call is independent of the others and
 * may come from its own thread.
 */
public final class FineTuner {
  private final FrozenEncoder frozen;
  private final Encoder encoder;
  private final Kernels kernels;
  private final List<LinearSite> sites;
  private final SideDeltaSums sideDeltaSums;

  /**
   * @param sites the linear layers that get an adapter, in model order
   */
  public FineTuner(FrozenEncoder frozen, Kernels kernels, List<LinearSite> sites) {
    this.frozen = frozen;
    this.kernels = kernels;
    this.sites = List.copyOf(sites);
    this.encoder =
        new Encoder(frozen, kernels, sites.stream().mapToInt(LinearSite::layer).min().orElse(0));
    this.sideDeltaSums = new SideDeltaSums(kernels);
  }

  /** What adapters attach to, with a head of this many classes. */
  public AdapterTarget target(int classes) {
    List<AdapterTarget.Layer> layers =
        sites.stream()
            .map(
                site ->
                    new AdapterTarget.Layer(
                        site.name(),
                        site.linear().out(frozen.shape()),
                        site.linear().in(frozen.shape())))
            .toList();
    return new AdapterTarget(layers, new AdapterTarget.Head(classes, frozen.shape().hidden()));
  }

  /**
   * @throws TrainingCancelledException when the listener says so
   */
  public TrainingResult train(TrainingJob job, TrainingListener listener) {
    List<Tensor> sums = sums(job.adapter(), job.sideDeltas());
    return new Trainer(encoder, kernels, job, sites, sums).run(listener);
  }

  /**
   * @param threads how many batches are answered at once; changes nothing but the time
   */
  public Evaluation evaluate(
      Adapter adapter, List<SideDelta> sideDeltas, TokenizedSet test, int threads) {
    List<Tensor> sums = sums(adapter, sideDeltas);
    encoder.prepare(test);
    return new Evaluator(encoder, kernels).evaluate(adapter, sites, sums, test, threads);
  }

  /** Decoded weights of the target layers [out, in]. */
  public List<Tensor> weights() {
    try (Arena arena = Arena.open()) {
      return sites.stream().map(site -> frozen.weights(arena, site).toTensor()).toList();
    }
  }

  /** Sum of the target layers' weight gradients over public examples [out, in]. */
  public List<Tensor> gradientSum(TokenizedSet publicExamples, Seed seed, int classes) {
    return new GradientSum(encoder, kernels, target(classes), sites).over(publicExamples, seed);
  }

  /** A head fitted to the frozen model's embeddings of public examples, as named tensors. */
  public TensorMap headFor(TokenizedSet publicExamples, Seed seed, int classes) {
    try (Arena arena = Arena.open()) {
      List<NativeArray> head =
          new HeadFit(encoder, kernels, target(classes).head()).to(arena, publicExamples, seed);
      LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put(AdapterTarget.Head.WEIGHT, head.get(0).toTensor());
      tensors.put(AdapterTarget.Head.BIAS, head.get(1).toTensor());
      return TensorMap.of(tensors);
    }
  }

  private List<Tensor> sums(Adapter adapter, List<SideDelta> sideDeltas) {
    AdapterTarget expected = target(adapter.target().head().classes());
    if (!adapter.target().equals(expected)) {
      throw new IllegalArgumentException(
          "adapter: made for %s, this model offers %s".formatted(adapter.target(), expected));
    }
    return sideDeltaSums.of(sideDeltas, expected);
  }
}
