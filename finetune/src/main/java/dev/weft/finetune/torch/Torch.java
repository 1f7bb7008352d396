package dev.weft.finetune.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;

/**
 * Starts libtorch once per process and makes threads fit for it.
 *
 * <p>Natives come from the declared Maven artifact only: DJL's download and usage report are off.
 * Every thread computes alone; parallelism is Java threads outside, which is faster than libtorch's
 * own and leaves results independent of load.
 */
final class Torch {
  private static final ThreadLocal<Boolean> PREPARED = ThreadLocal.withInitial(() -> false);

  private Torch() {}

  static Engine engine() {
    return Started.ENGINE;
  }

  /** A manager of native memory that the caller must close. */
  static PtNDManager newManager() {
    return (PtNDManager) engine().newBaseManager(Processor.device());
  }

  /**
   * One intra-op thread, and no graph rewriting: libtorch's profiling executor brings nothing here
   * and changes last bits between runs. Both settings belong to the thread.
   */
  static void prepareThisThread() {
    if (!PREPARED.get()) {
      JniUtils.setNumThreads(1);
      JniUtils.setGraphExecutorOptimize(false);
      PREPARED.set(true);
    }
  }

  /** Initialised on first use. */
  private static final class Started {
    static final Engine ENGINE = start();

    private static Engine start() {
      System.setProperty("ai.djl.offline", "true");
      System.setProperty("OPT_OUT_TRACKING", "true");
      System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
      System.setProperty("ai.djl.pytorch.num_threads", "1");
      try {
        return Engine.getEngine("PyTorch");
      } catch (EngineException | IllegalArgumentException | UnsatisfiedLinkError e) {
        throw new WeftException(
            Problem.INTERNAL,
            Text.format(
                "libtorch does not start on %s %s; put ai.djl.pytorch:pytorch-native-cpu for this"
                    + " platform on the class path",
                System.getProperty("os.name"), System.getProperty("os.arch")),
            e);
      }
    }
  }
}
