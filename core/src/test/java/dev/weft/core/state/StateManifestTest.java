package dev.weft.core.state;

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
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.state.Piece.Role;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateManifestTest {
  private static final AdapterTarget TARGET = target("query");
  private static final ChainAdapter LORA = ChainAdapter.lora(2, 1);

  @Test
  void itsDigestSeesFormTargetTensorsOriginsAndLogButNotTheRound() {
    GlobalState state = state(LORA, TARGET, 1);
    Digest digest = digest(state);

    assertThat(digest(state(LORA, TARGET, 1))).isEqualTo(digest);
    assertThat(
            List.of(
                digest(state(LORA, TARGET, 2)),
                digest(state(LORA, target("key"), 1)),
                digest(state(ChainAdapter.lora(2, 2), TARGET, 1)),
                digest(state(ChainAdapter.lora(3, 1), TARGET, 1)),
                digest(state(ChainAdapter.fullCore(2, 1), TARGET, 1)),
                digest(state(new HadamardAdapter(LORA), TARGET, 1)),
                digest(state(LORA.training(Part.B), TARGET, 1)),
                digest(state.withSideDelta(delta())),
                digest(state.with(state.adapter().part(Part.A).map((n, t) -> t.plus(t)), Part.A))))
        .doesNotContain(digest)
        .doesNotHaveDuplicates();
    TensorMap memory = TensorMap.of(Map.of("velocity", Tensor.zeros(2)));
    assertThat(digest(new GlobalState(5, state.adapter(), state.origins(), List.of(), memory)))
        .isEqualTo(digest);
  }

  @Test
  void everyFormAndOriginSurvives() {
    ChainAdapter chain = ChainAdapter.diagonalCore(2, 0.5f);
    MemoryStore store = new MemoryStore();
    for (AdapterForm form :
        List.of(
            chain,
            new DoraAdapter(chain),
            new AlloraAdapter(chain, 0.25f),
            new HadamardAdapter(ChainAdapter.lora(2, 0.5f)))) {
      for (Origin origin :
          List.of(
              new Origin.Zeros(),
              new Origin.Kaiming(new Seed(3)),
              new Origin.Normal(new Seed(-4), 2, true),
              new Origin.Columns(new Seed(5)),
              new Origin.Groups(),
              new Origin.Fetched())) {
        Map<Part, Origin> origins = new EnumMap<>(Part.class);
        form.parts().forEach(part -> origins.put(part, new Origin.Zeros()));
        origins.put(Part.A, origin);
        StateManifest manifest =
            StateManifest.of(
                GlobalState.initial(Adapter.zeros(form, TARGET), origins).withSideDelta(delta()));

        StateManifest read =
            store.read(store.put(manifest.content()).digest(), StateManifest::read);

        assertThat(read).isEqualTo(manifest);
        assertThat(read.origins()).isEqualTo(origins);
      }
    }
  }

  @Test
  void onlyWhatMustBeFetchedIsKeptAndWhatIsKnownIsNotLookedAt() {
    GlobalState state = state(LORA, TARGET, 1).withSideDelta(delta());
    List<Artifact> kept = new ArrayList<>();
    Artifact known = Artifact.of(out -> out.write(7));

    StateManifest manifest =
        StateManifest.of(
            state,
            Map.of(new Role.AdapterPart(Part.B), known),
            content -> {
              kept.add(Artifact.of(content));
              return kept.get(kept.size() - 1);
            });

    assertThat(manifest.pieces().stream().map(Piece::role))
        .containsExactly(
            new Role.AdapterPart(Part.A),
            new Role.AdapterPart(Part.B),
            new Role.AdapterPart(Part.HEAD),
            new Role.LogEntry(0));
    assertThat(manifest.pieces().get(1).artifact()).isEqualTo(known);
    assertThat(kept)
        .containsExactly(manifest.pieces().get(2).artifact(), manifest.pieces().get(3).artifact());
  }

  @Test
  void noiseIsNoManifest() {
    MemoryStore store = new MemoryStore();
    Digest noise = store.put(out -> out.write(new byte[] {0, 1, 'x'})).digest();

    assertThatThrownBy(() -> store.read(noise, StateManifest::read))
        .hasMessageContaining(noise.hex())
        .hasMessageContaining("weft state 3")
        .hasRootCauseInstanceOf(IOException.class);
  }

  private static Digest digest(GlobalState state) {
    return StateManifest.of(state).digest();
  }

  private static AdapterTarget target(String first) {
    return AdapterTarget.of(
        List.of(new AdapterTarget.Layer(first, 4, 3)), new AdapterTarget.Head(2, 4));
  }

  /** A is derived from a seed, the rest has to be fetched. */
  private static GlobalState state(AdapterForm form, AdapterTarget target, long seed) {
    SeededRandom random = new Seed(seed).random();
    Map<Part, Origin> origins = new EnumMap<>(Part.class);
    form.parts().forEach(part -> origins.put(part, new Origin.Fetched()));
    origins.put(Part.A, new Origin.Kaiming(new Seed(1)));
    Adapter adapter =
        new Adapter(
            form,
            target,
            form.zeros(target).map((n, tensor) -> RandomTensor.of(random, tensor.shapeArray())));
    return GlobalState.initial(
        adapter.with(new Origin.Kaiming(new Seed(1)).derive(adapter.part(Part.A))), origins);
  }

  private static SideDelta delta() {
    SeededRandom random = new Seed(8).random();
    return new SideDelta(
        0, List.of(new LowRank(RandomTensor.of(random, 4, 2), RandomTensor.of(random, 2, 3))));
  }
}
