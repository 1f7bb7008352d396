package dev.weft.finetune.torch;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;

/**
 * TorchScript functions compiled into one program and called by name. Safe for concurrent calls.
 *
 * <p>Calls run in libtorch's inference mode: no autograd graph exists anywhere in Weft, because
 * every kernel that needs a gradient has its own backward function beside it.
 */
public final class Program {
  private final PtSymbolBlock module;

  private Program(PtSymbolBlock module) {
    this.module = module;
  }

  /**
   * @param owner the arena that the compiled program lives in
   * @param functions TorchScript methods, indented by two spaces
   * @throws IllegalArgumentException if this libtorch cannot compile them
   */
  public static Program compile(Arena owner, String functions) {
    Torch.prepareThisThread();
    byte[] archive = ScriptArchive.of(functions);
    try {
      return new Program(
          JniUtils.loadModule(owner.manager(), new ByteArrayInputStream(archive), false, false));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail", e);
    } catch (EngineException e) {
      throw new IllegalArgumentException("functions: cannot be compiled", e);
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
