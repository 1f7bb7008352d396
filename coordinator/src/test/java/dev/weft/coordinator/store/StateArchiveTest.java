package dev.weft.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.Digest;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.AlloraAdapter;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.DoraAdapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.HadamardAdapter;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateArchiveTest {
  private static final AdapterTarget TARGET =
      AdapterTarget.of(
          List.of(new AdapterTarget.Layer("query", 4, 3), new AdapterTarget.Layer("value", 5, 3)),
          new AdapterTarget.Head(2, 4));

  private final MemoryStore store = new MemoryStore();
  private final StateArchive archive = new StateArchive(store, TARGET);

  @Test
  void everythingOfAStateComesBack() {
    GlobalState state = state(3, 2);

    assertThat(archive.load(archive.save(state))).isEqualTo(state);
  }

  @Test
  void theOrderOfTensorsSurvives() {
    GlobalState loaded = archive.load(archive.save(state(3, 0)));

    assertThat(loaded.serverState().names()).containsExactly("velocity", "moment");
  }

  @Test
  void theSameStateIsStoredUnderTheSameDigest() {
    assertThat(archive.save(state(3, 2))).isEqualTo(archive.save(state(3, 2)));
    assertThat(archive.save(state(3, 2))).isNotEqualTo(archive.save(state(4, 2)));
  }

  /** A simulation of a thousand rounds must not hold a thousand states. */
  @Test
  void aRunThatGoesOnFromAStateLeavesOnlyThatOneInMemory() {
    Digest old = archive.save(state(3, 2));
    Digest last = archive.save(state(4, 2));

    assertThat(archive.goOnFrom(last)).isEqualTo(state(4, 2));
    assertThat(archive.goOnFrom(last)).isEqualTo(state(4, 2));
    assertThatThrownBy(() -> archive.load(old)).hasMessageContaining("is missing");
  }

  @Test
  void whatIsNoStateIsRefusedByItsDigest() {
    Digest noise = store.put(new byte[] {0, 1, 'x'});

    assertThatThrownBy(() -> archive.load(noise))
        .hasMessageContaining(noise.hex())
        .hasMessageContaining("is not a global state");
  }

  @Test
  void everyFormAndOriginSurvives() {
    ChainAdapter chain = ChainAdapter.diagonalCore(2, 0.5f);
    for (AdapterForm form :
        List.of(
            chain,
            new DoraAdapter(chain),
            new AlloraAdapter(chain, 0.25f),
            new HadamardAdapter(ChainAdapter.lora(2, 0.5f)))) {
      Map<Part, Origin> origins = new EnumMap<>(Part.class);
      form.parts().forEach(part -> origins.put(part, new Origin.Zeros()));
      origins.put(Part.A, new Origin.Columns(new Seed(3)));
      origins.put(Part.B, new Origin.Normal(new Seed(-4), 2, true));
      origins.put(Part.HEAD, new Origin.Groups());
      GlobalState state =
          GlobalState.initial(new Adapter(form, TARGET, form.zeros(TARGET)), origins);

      GlobalState loaded = archive.load(archive.save(state));

      assertThat(loaded.adapter()).isEqualTo(state.adapter());
      assertThat(loaded.origins()).isEqualTo(state.origins());
    }
  }

  @Test
  void aStateOfAnotherModelIsRefused() {
    Digest manifest = archive.save(state(3, 0));
    AdapterTarget other =
        AdapterTarget.of(
            List.of(new AdapterTarget.Layer("key", 4, 3)), new AdapterTarget.Head(2, 4));

    assertThatThrownBy(() -> new StateArchive(store, other).load(manifest))
        .hasMessageContaining("is not a global state of this model");
  }

  private static GlobalState state(int round, int sideDeltas) {
    SeededRandom random = new Seed(5).random();
    ChainAdapter form = ChainAdapter.fullCore(2, 0.5f).training(Part.CORE);
    TensorMap tensors =
        form.zeros(TARGET).map((name, tensor) -> random(random, tensor.shapeArray()));
    LinkedHashMap<String, Tensor> server = new LinkedHashMap<>();
    server.put("velocity", random(random, 2, 3));
    server.put("moment", random(random, 4));
    GlobalState state =
        new GlobalState(
            round,
            new Adapter(form, TARGET, tensors),
            Map.of(
                Part.A, new Origin.Kaiming(new Seed(-7)),
                Part.B, new Origin.Zeros(),
                Part.CORE, new Origin.Fetched(),
                Part.HEAD, new Origin.Fetched()),
            List.of(),
            TensorMap.of(server));
    for (int number = 0; number < sideDeltas; number++) {
      state =
          state.withSideDelta(
              new SideDelta(
                  number,
                  TARGET.layers().stream()
                      .map(
                          layer ->
                              new LowRank(
                                  random(random, layer.out(), 6), random(random, 6, layer.in())))
                      .toList()));
    }
    return state;
  }

  private static Tensor random(SeededRandom random, int... shape) {
    float[] values = new float[Math.toIntExact(Tensor.elements(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, shape);
  }
}
