package dev.weft.core.method;

/**
 * How the learning rate moves over all optimizer steps of a run, as a factor of its peak: it rises
 * linearly from zero, then follows its shape. The formulas are those of transformers' {@code
 * get_constant_schedule_with_warmup}, {@code get_linear_…} and {@code get_cosine_…}.
 *
 * @param warmUp share of the steps in which the rate rises, from 0 to less than 1
 */
public record LearningRateSchedule(Shape shape, double warmUp) {

  /** What follows the warm-up. */
  public enum Shape {
    /** The peak to the end. */
    CONSTANT {
      @Override
      double factor(double done) {
        return 1;
      }
    },
    /** A straight line from the peak to zero. */
    LINEAR {
      @Override
      double factor(double done) {
        return 1 - done;
      }
    },
    /** Half a cosine from the peak to zero. */
    COSINE {
      @Override
      double factor(double done) {
        return 0.5 * (1 + Math.cos(Math.PI * done));
      }
    };

    /**
     * @param done share of the steps after the warm-up that are done
     */
    abstract double factor(double done);
  }

  public LearningRateSchedule {
    if (!(warmUp >= 0 && warmUp < 1)) {
      throw new IllegalArgumentException("warmUp: a share from 0 to less than 1, got " + warmUp);
    }
  }

  /** The peak from the first step to the last. */
  public static LearningRateSchedule constant() {
    return new LearningRateSchedule(Shape.CONSTANT, 0);
  }

  /**
   * The factor of one step; zero once all steps are done, unless constant.
   *
   * @param step counted from 0
   * @param steps of the whole run
   */
  public double factor(long step, long steps) {
    long rising = (long) Math.ceil(warmUp * steps);
    return step < rising
        ? (double) step / rising
        : shape.factor(Math.min(1, (double) (step - rising) / Math.max(1, steps - rising)));
  }
}
