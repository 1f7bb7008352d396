package dev.weft.benchmarks;

import dev.weft.finetune.torch.Precision;
import dev.weft.finetune.transformer.Rematerialization;
import java.util.ArrayList;
import java.util.List;

/**
 * The training steps of a benchmark. Quantized weights are decoded again on every way back; the
 * rows that recompute do the same with all that a block's backward pass reads.
 */
final class StepPlans {
  private final Bench.Options options;
  private final List<StepPlan> plans = new ArrayList<>();

  StepPlans(Bench.Options options) {
    this.options = options;
  }

  /** One worker's steps of all shapes come before those of several. */
  List<StepPlan> inOrderOfImportance() {
    for (int workers : options.workers()) {
      for (Shape shape : options.shapes()) {
        for (Precision precision : Precision.values()) {
          if (options.precisions().contains(precision)) {
            add(new Rows(shape, precision, workers));
          }
        }
      }
    }
    return List.copyOf(plans);
  }

  private void add(Rows rows) {
    switch (rows.shape()) {
      case TINY -> {
        rows.add(2, 16, Weights.NONE, 1, Rematerialization.NOTHING);
        rows.add(1, 16, Weights.NF4, 8, Rematerialization.BLOCKS);
      }
      case MINILM -> {
        for (Weights weights : Weights.values()) {
          rows.add(16, 64, weights, 1, Rematerialization.NOTHING);
        }
        rows.add(2, 64, Weights.NF4, 8, Rematerialization.NOTHING);
        if (options.effort().everyRow()) {
          rows.add(2, 64, Weights.NONE, 8, Rematerialization.NOTHING);
        }
      }
      case SMOLLM2_135M -> {
        for (Weights weights : Weights.values()) {
          rows.add(1, 128, weights, 1, Rematerialization.NOTHING);
        }
        rows.add(1, 16, Weights.NF4, 8, Rematerialization.NOTHING);
        if (options.effort().everyRow()) {
          for (Weights weights : Weights.values()) {
            rows.add(4, 128, weights, 1, Rematerialization.NOTHING);
            rows.add(8, 256, weights, 1, Rematerialization.NOTHING);
            rows.add(1, 64, weights, 1, Rematerialization.NOTHING);
            rows.add(1, 64, weights, 8, Rematerialization.NOTHING);
          }
          rows.add(4, 128, Weights.NF4, 1, Rematerialization.BLOCKS);
          rows.add(8, 256, Weights.NF4, 1, Rematerialization.BLOCKS);
        }
      }
      case LLAMA_085B -> rows.add(1, 128, Weights.NF4, 1, Rematerialization.BLOCKS);
    }
  }

  /** Rows of one shape, precision and number of workers. */
  private final class Rows {
    private final Shape shape;
    private final Precision precision;
    private final int workers;

    Rows(Shape shape, Precision precision, int workers) {
      this.shape = shape;
      this.precision = precision;
      this.workers = workers;
    }

    Shape shape() {
      return shape;
    }

    void add(
        int sequences,
        int tokens,
        Weights weights,
        int lanes,
        Rematerialization rematerialization) {
      plans.add(
          new StepPlan(
              options.device(),
              shape,
              sequences,
              tokens,
              weights,
              precision,
              lanes,
              workers,
              rematerialization,
              1,
              options.effort().steps()));
    }
  }
}
