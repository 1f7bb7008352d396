package dev.weft.core.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Scratch;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StoredUpdatesTest {
  private static final AdapterTarget TARGET =
      AdapterTarget.of(
          List.of(new AdapterTarget.Layer("q", 6, 5), new AdapterTarget.Layer("v", 4, 7)),
          new AdapterTarget.Head(2, 3));
  private static final ChainAdapter FORM = ChainAdapter.fullCore(3, 1);
  private static final UpdateEncoding ENCODING =
      new UpdateEncoding(new FixedPoint(20, 8), 1000, 10);

  private final Adapter reference = adapter(new Seed(1));
  private final UpdateSum sum = new UpdateSum(reference, ENCODING, Scratch.HEAP);

  @Property(tries = 60)
  void blocksOfAnyWidthAreTheWholeOrderedByClient(
      @ForAll @IntRange(min = 1, max = 5) int clients,
      @ForAll @IntRange(min = 1, max = 700) int numbers) {
    List<StoredUpdate> stored = new ArrayList<>();
    List<double[]> whole = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      stored.add(0, stored("client-" + i, 3, 1 + i));
      whole.add(stored.get(0).entries(0, stored.get(0).entries()));
    }
    StoredUpdates updates = new StoredUpdates(stored, numbers);
    double[][] joined = new double[clients][updates.entries()];
    int[] next = {0};
    updates.inBlocks(
        (from, values) -> {
          assertThat(from).isEqualTo(next[0]);
          assertThat(values.length * values[0].length)
              .isLessThanOrEqualTo(Math.max(numbers, clients));
          next[0] += values[0].length;
          for (int client = 0; client < clients; client++) {
            System.arraycopy(values[client], 0, joined[client], from, values[client].length);
          }
        });
    assertThat(next[0]).isEqualTo(updates.entries());
    assertThat(joined).isDeepEqualTo(whole.toArray(double[][]::new));
  }

  @Test
  void updatesOfSeveralLengthsHaveNoCommonBlocks() {
    StoredUpdates mixed = new StoredUpdates(List.of(stored("a", 3, 1), stored("b", 2, 1)));
    assertThatIllegalStateException()
        .isThrownBy(mixed::entries)
        .withMessage("updates have [92, 60] entries where all are to have as many");
    assertThatIllegalStateException().isThrownBy(StoredUpdates.NONE::entries);
  }

  @Property(tries = 60)
  void layersOfAnUpdateAreThoseOfTheClientsAdapter(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int rank) {
    Adapter local = reference.truncate(rank).with(adapter(new Seed(seed)).truncate(rank).trained());
    StoredUpdate stored = stored(update("a", local, 7));
    Map<String, Tensor> layers = new LinkedHashMap<>();
    for (AdapterTarget.Layer layer : TARGET.layers()) {
      layers.putAll(stored.adapter(layer).tensors().asMap());
    }
    local
        .tensors()
        .asMap()
        .forEach(
            (name, tensor) -> {
              if (!name.startsWith("classifier")) {
                assertThat(layers.remove(name).toArray())
                    .containsExactly(tensor.toArray(), within(1e-6f));
              }
            });
    assertThat(layers).isEmpty();
  }

  /** An entry that a client does not own counts as zero. */
  @Property(tries = 60)
  void theWeightedSumIsThatOfTheClients(
      @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 1, max = 3) Integer> ranks) {
    UpdateSum all = new UpdateSum(reference, ENCODING, Scratch.HEAP);
    double[] expected = new double[(int) reference.trained().elements()];
    double examples = IntStream.range(0, ranks.size()).map(i -> 1 + 3 * i).sum();
    UpdateLayout layout = UpdateLayout.of(reference);
    float[] before = flat(reference);
    for (int i = 0; i < ranks.size(); i++) {
      int weight = 1 + 3 * i;
      ClientUpdate update = update("client-" + i, ranks.get(i), weight);
      all.add(update);
      RingReader values = new RingReader(update.values(), update.entries());
      int rank = ranks.get(i);
      double share = weight / examples;
      layout.visit(
          (entry, level) -> {
            if (level < rank) {
              double moved = values.next() * ENCODING.grid().step() / weight;
              expected[entry] += share * (before[entry] + moved);
            }
          });
    }
    float[] first = flat(all.weightedSum().get(0));
    float[] rest = flat(all.weightedSum().get(1));
    for (int entry = 0; entry < expected.length; entry++) {
      assertThat((double) first[entry] + rest[entry]).isCloseTo(expected[entry], within(1e-13));
      assertThat(Math.abs(rest[entry])).isLessThanOrEqualTo(Math.ulp(first[entry]) / 2);
    }
    for (int rank = 1; rank <= 3; rank++) {
      int wanted = rank;
      assertThat(all.clients(rank))
          .isEqualTo((int) ranks.stream().filter(one -> one == wanted).count());
    }
  }

  private StoredUpdate stored(String client, int rank, long examples) {
    return stored(update(client, rank, examples));
  }

  private StoredUpdate stored(ClientUpdate update) {
    return sum.stored(Stored.update(update));
  }

  private ClientUpdate update(String client, int rank, long examples) {
    Adapter drawn = adapter(new Seed(examples).of(client)).truncate(rank);
    return update(client, drawn, examples);
  }

  private ClientUpdate update(String client, Adapter local, long examples) {
    int rank = local.form().rank();
    TensorMap difference = local.trained().minus(reference.truncate(rank).trained());
    return new ClientUpdate(
        client, rank, ENCODING.encode(difference, examples, new Seed(examples).random()));
  }

  private static float[] flat(Adapter adapter) {
    float[] flat = new float[Math.toIntExact(adapter.trained().elements())];
    int position = 0;
    for (Tensor tensor : adapter.trained().asMap().values()) {
      for (float value : tensor.toArray()) {
        flat[position++] = value;
      }
    }
    return flat;
  }

  private static Adapter adapter(Seed seed) {
    return RandomAdapter.of(FORM, TARGET, seed);
  }
}
