package dev.weft.core.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class UpdateLayoutTest {
  private static final AdapterTarget TARGET =
      AdapterTarget.of(
          List.of(new AdapterTarget.Layer("q", 12, 17), new AdapterTarget.Layer("v", 19, 11)),
          new AdapterTarget.Head(3, 5));

  @Property(tries = 50)
  void levelsSelectExactlyTheEntriesOfTheTruncatedAdapter(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int rank) {
    SeededRandom random = new Seed(seed).random();
    ChainAdapter form = ChainAdapter.fullCore(5, 1);
    Adapter reference =
        new Adapter(
            form,
            TARGET,
            form.zeros(TARGET)
                .map(
                    (name, tensor) -> {
                      float[] values = new float[tensor.size()];
                      for (int i = 0; i < values.length; i++) {
                        values[i] = (float) random.nextDouble();
                      }
                      return Tensor.of(values, tensor.shapeArray());
                    }));
    UpdateLayout layout = UpdateLayout.of(reference);
    float[] full = flat(reference);
    float[] expected = flat(reference.truncate(rank));
    List<Float> selected = new ArrayList<>();
    layout.visit(
        (position, level) -> {
          if (level < rank) {
            selected.add(full[position]);
          }
        });
    assertThat(selected).containsExactly(boxed(expected));
  }

  private static Float[] boxed(float[] values) {
    Float[] boxed = new Float[values.length];
    for (int i = 0; i < values.length; i++) {
      boxed[i] = values[i];
    }
    return boxed;
  }

  private static float[] flat(Adapter adapter) {
    float[] flat = new float[Math.toIntExact(adapter.trained().elements())];
    int position = 0;
    for (Tensor tensor : adapter.trained().asMap().values()) {
      for (int i = 0; i < tensor.size(); i++) {
        flat[position++] = tensor.at(i);
      }
    }
    return flat;
  }
}
