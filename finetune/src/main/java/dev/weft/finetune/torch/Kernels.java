package dev.weft.finetune.torch;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * TorchScript functions written as readable source, one file per concern under {@code kernels/}.
 * Safe for concurrent calls.
 *
 * <p>Calls run in libtorch's inference mode: no autograd graph exists anywhere in Weft, because
 * every kernel that needs a gradient has its own backward function beside it.
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

  private final PtSymbolBlock module;

  private Kernels(PtSymbolBlock module) {
    this.module = module;
  }

  /**
   * Compiles all that a model needs.
   *
   * @param owner the arena that the compiled program lives in
   * @param blocks the file without its ending that has the kernels of the model's blocks
   */
  public static Kernels ofModel(Arena owner, String blocks) {
    if (!Processor.device().isGpu()) {
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
    return compile(owner, functions.toString());
  }

  /**
   * Compiles kernels that are not the engine's own, such as those of a measurement.
   *
   * @param owner the arena that the compiled program lives in
   * @param functions TorchScript methods, indented by two spaces
   * @throws IllegalArgumentException if this libtorch cannot compile them
   */
  public static Kernels compile(Arena owner, String functions) {
    Torch.prepareThisThread();
    byte[] archive = ScriptArchive.of(functions);
    try {
      return new Kernels(
          JniUtils.loadModule(owner.manager(), new ByteArrayInputStream(archive), false, false));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail", e);
    } catch (EngineException e) {
      throw new IllegalArgumentException("functions: cannot be compiled", e);
    }
  }

  private static String source(String file) throws IOException {
    try (InputStream source =
        Kernels.class.getResourceAsStream("/dev/weft/finetune/kernels/" + file)) {
      if (source == null) {
        throw new IllegalArgumentException("no kernel file " + file);
      }
      return new String(source.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Calls a function that returns one tensor or a list of tensors.
   *
   * @param arena where the results live
   * @param arguments {@link NativeArray}, {@code List<NativeArray>}, Integer, Double, {@code
   *     long[]}, {@code double[]} or Boolean
   */
  public List<NativeArray> call(Arena arena, String function, Object... arguments) {
    Torch.prepareThisThread();
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < values.length; i++) {
        values[i] = value(arguments[i]);
      }
      try (IValue result = IValueUtils.runMethod(module, function, values)) {
        return result.isTensor()
            ? List.of(new NativeArray(result.toTensor(arena.manager())))
            : Arrays.stream(result.toTensorArray(arena.manager())).map(NativeArray::new).toList();
      }
    } finally {
      for (IValue value : values) {
        if (value != null) {
          value.close();
        }
      }
    }
  }

  /** Calls a function that returns one tensor. */
  public NativeArray callOne(Arena arena, String function, Object... arguments) {
    return call(arena, function, arguments).get(0);
  }

  private static IValue value(Object argument) {
    if (argument instanceof NativeArray array) {
      return IValue.from(array.array());
    }
    if (argument instanceof List<?> list) {
      return IValue.listFrom(
          list.stream().map(element -> ((NativeArray) element).array()).toArray(PtNDArray[]::new));
    }
    if (argument instanceof Integer number) {
      return IValue.from(number.longValue());
    }
    if (argument instanceof long[] numbers) {
      return IValue.listFrom(numbers);
    }
    if (argument instanceof double[] numbers) {
      return IValue.listFrom(numbers);
    }
    if (argument instanceof Double number) {
      return IValue.from(number);
    }
    if (argument instanceof Boolean flag) {
      return IValue.from(flag);
    }
    throw new IllegalArgumentException("a kernel cannot take a " + argument.getClass());
  }
}
