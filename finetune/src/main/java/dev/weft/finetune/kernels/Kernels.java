package dev.weft.finetune.kernels;

import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Processor;
import dev.weft.finetune.torch.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * TorchScript functions written as readable source, one file per concern beside this class, behind
 * one typed face per file. Only what was loaded can be called. Safe for concurrent calls.
 */
public final class Kernels {
  private static final List<String> EVERY_MODEL =
      List.of(
          "linear.py",
          "adapter.py",
          "classifier.py",
          "language.py",
          "quantization.py",
          "optimizer.py");

  private final Program program;

  private Kernels(Program program) {
    this.program = program;
  }

  /**
   * Compiles all that a model needs.
   *
   * @param owner the arena that the compiled program lives in
   * @param blocks the file without its ending that has the kernels of the model's blocks
   */
  public static Kernels ofModel(Arena owner, String blocks) {
    if (!Processor.isGpu()) {
      try {
        return load(owner, files("product_onednn.py", blocks));
      } catch (IllegalArgumentException e) {
        // This libtorch was built without oneDNN.
      }
    }
    return load(owner, files("product_libtorch.py", blocks));
  }

  private static String[] files(String product, String blocks) {
    return Stream.concat(Stream.of(product, blocks + ".py"), EVERY_MODEL.stream())
        .toArray(String[]::new);
  }

  /**
   * Compiles kernel files into one program.
   *
   * @param owner the arena that the compiled program lives in
   * @param files names of resources, such as {@code linear.py}
   * @throws IllegalArgumentException if this libtorch cannot compile them
   */
  public static Kernels load(Arena owner, String... files) {
    StringBuilder functions = new StringBuilder();
    try {
      for (String file : files) {
        functions.append(source(file)).append('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException("kernels cannot be read from the class path", e);
    }
    return new Kernels(Program.compile(owner, functions.toString()));
  }

  private static String source(String file) throws IOException {
    try (InputStream source = Kernels.class.getResourceAsStream(file)) {
      if (source == null) {
        throw new IllegalArgumentException("no kernel file " + file);
      }
      return new String(source.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** All functions by name. */
  Program program() {
    return program;
  }

  /** {@code linear.py}. */
  public LinearKernels linear() {
    return new LinearKernels(program);
  }

  /** {@code adapter.py}. */
  public AdapterKernels adapter() {
    return new AdapterKernels(program);
  }

  /** {@code classifier.py}. */
  public ClassifierKernels classifier() {
    return new ClassifierKernels(program);
  }

  /** {@code language.py}. */
  public LanguageKernels language() {
    return new LanguageKernels(program);
  }

  /** {@code quantization.py}. */
  public QuantizationKernels quantization() {
    return new QuantizationKernels(program);
  }

  /** {@code optimizer.py}. */
  public OptimizerKernels optimizer() {
    return new OptimizerKernels(program);
  }

  /**
   * What every file of blocks has.
   *
   * @param file without its ending
   */
  public BlockKernels blocks(String file) {
    return new BlockKernels(program, file);
  }

  /** What only {@code bert.py} has. */
  public BertKernels bert() {
    return new BertKernels(program);
  }

  /** What only {@code llama.py} has. */
  public LlamaKernels llama() {
    return new LlamaKernels(program);
  }
}
