package dev.weft.finetune.torch;

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

/**
 * TorchScript functions written as readable source, one file per concern under {@code kernels/}.
 * Safe for concurrent calls.
 *
 * <p>Calls run in libtorch's inference mode: no autograd graph exists anywhere in Weft, because
 * every kernel that needs a gradient has its own backward function beside it.
 */
public final class Kernels {
  private final PtSymbolBlock module;

  private Kernels(PtSymbolBlock module) {
    this.module = module;
  }

  /**
   * Compiles kernel files into one program.
   *
   * @param owner the arena that the compiled program lives in
   * @param files names of resources, such as {@code encoder.py}
   */
  public static Kernels load(Arena owner, String... files) {
    Torch.prepareThisThread();
    StringBuilder functions = new StringBuilder();
    try {
      for (String file : files) {
        functions.append(source(file)).append('\n');
      }
      byte[] archive = ScriptArchive.of(functions.toString());
      return new Kernels(
          JniUtils.loadModule(owner.manager(), new ByteArrayInputStream(archive), false, false));
    } catch (IOException e) {
      throw new UncheckedIOException("kernels cannot be read from the class path", e);
    }
  }

  /**
   * Makes kernels called from this thread use several cores, for work that nothing runs beside.
   * Results may differ in the last bits from those of one core.
   */
  public static void useCores(int cores) {
    Torch.useCores(cores);
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
   * @param arguments {@link NativeArray}, {@code List<NativeArray>}, Integer, Double or Boolean
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
    if (argument instanceof Double number) {
      return IValue.from(number);
    }
    if (argument instanceof Boolean flag) {
      return IValue.from(flag);
    }
    throw new IllegalArgumentException("a kernel cannot take a " + argument.getClass());
  }
}
