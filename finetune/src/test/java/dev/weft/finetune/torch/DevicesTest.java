package dev.weft.finetune.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.finetune.kernels.Kernels;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Arrays are where the arena is, and kernels make them where their arguments are. */
class DevicesTest {
  /** Operators that make an array out of nothing. */
  private static final Pattern MAKES_AN_ARRAY =
      Pattern.compile(
          "torch\\.(eye|zeros|ones|full|empty|arange|linspace|tensor|scalar_tensor|rand|randn|randint"
              + "|randperm|tril_indices|triu_indices)\\(");

  @Test
  void kernelsMakeArraysWhereTheirArgumentsAre() throws IOException, URISyntaxException {
    Path oneOfThem =
        Path.of(Objects.requireNonNull(Kernels.class.getResource("linear.py")).toURI());
    try (Stream<Path> files = Files.list(oneOfThem.getParent())) {
      List<Path> sources = files.filter(file -> file.toString().endsWith(".py")).toList();
      assertThat(sources).hasSizeGreaterThan(5);
      for (Path source : sources) {
        assertThat(Files.readAllLines(source).stream().filter(DevicesTest::ignoresTheDevice))
            .as("%s", source.getFileName())
            .isEmpty();
      }
    }
  }

  private static boolean ignoresTheDevice(String line) {
    return MAKES_AN_ARRAY.matcher(line).find() && !line.contains("device=ops.prim.device(");
  }

  @Test
  void anIdentityIsMadeWhereItIsNeeded() {
    try (Arena arena = Arena.open()) {
      NativeArray like = arena.floats(new float[] {1, 2}, 1, 2);
      NativeArray identity = Kernels.load(arena, "adapter.py").adapter().identity(arena, like, 2);

      assertThat(identity.toFloats()).containsExactly(1, 0, 0, 1);
      assertThat(identity.array().getDevice()).isEqualTo(like.array().getDevice());
    }
  }

  @Test
  void roomIsWhereTheArenaIs() {
    try (Arena arena = Arena.open();
        Arena child = arena.child()) {
      assertThat(arena.room(2, 3).array().getDevice()).isEqualTo(Processor.device());
      assertThat(child.room(2, 3).array().getDevice()).isEqualTo(Processor.device());
    }
  }

  /**
   * A GPU's memory is out of Java's reach, where values are copied; here both ways can be tried.
   */
  @Test
  void valuesAreTheSameWhetherWrittenInPlaceOrCopied() {
    Consumer<FloatBuffer> counting =
        values -> {
          for (int i = 0; i < 6; i++) {
            values.put(i);
          }
        };
    try (Arena arena = Arena.open()) {
      for (NativeArray array :
          List.of(arena.written(counting, 2, 3), arena.copied(counting, 2, 3))) {
        assertThat(array.shape()).containsExactly(2, 3);
        assertThat(array.toFloats()).containsExactly(0, 1, 2, 3, 4, 5);
      }
    }
  }
}
