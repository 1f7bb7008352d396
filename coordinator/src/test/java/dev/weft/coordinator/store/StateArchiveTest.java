package dev.weft.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.Digest;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.adapter.SideDelta;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.artifact.Content;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.state.Piece.Role;
import dev.weft.core.state.StateManifest;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    Archived saved = archive.save(state(3, 2), Optional.empty());

    assertThat(saved.state()).isEqualTo(state(3, 2));
    assertThat(archive.load(saved.checkpoint())).isEqualTo(saved);
  }

  @Test
  void theOrderOfTensorsSurvives() {
    Archived saved = archive.save(state(3, 0), Optional.empty());

    assertThat(archive.load(saved.checkpoint()).state().serverState().names())
        .containsExactly("velocity", "moment");
  }

  /** Its digest is the state's own; the round and the server's memory are beside it. */
  @Test
  void theSameAdapterIsStoredUnderTheSameDigest() {
    Checkpoint three = archive.save(state(3, 2), Optional.empty()).checkpoint();
    Checkpoint four = archive.save(state(4, 2), Optional.empty()).checkpoint();

    assertThat(three.state()).isEqualTo(StateManifest.of(state(3, 2)).digest());
    assertThat(four).isEqualTo(new Checkpoint(4, three.state(), three.memory()));
  }

  /** Of a log that grows by an entry, only that entry is written. */
  @Test
  void whatDidNotChangeIsNotStoredAgain() {
    List<Digest> puts = new ArrayList<>();
    ArtifactStore counting =
        new ForwardingStore(store) {
          @Override
          public Artifact put(Content content) {
            Artifact artifact = super.put(content);
            puts.add(artifact.digest());
            return artifact;
          }
        };
    StateArchive counted = new StateArchive(counting, TARGET);
    Archived before = counted.save(state(3, 2), Optional.empty());
    puts.clear();

    Archived after = counted.save(state(4, 3), Optional.of(before));

    assertThat(puts)
        .containsExactly(
            artifact(after, new Role.LogEntry(2)).digest(),
            after.checkpoint().memory().orElseThrow(),
            after.checkpoint().state());
    assertThat(archive.load(after.checkpoint()).state()).isEqualTo(state(4, 3));
  }

  @Test
  void aPieceThatChangedIsStoredAnew() {
    GlobalState state = state(3, 0);
    Archived before = archive.save(state, Optional.empty());
    GlobalState changed =
        state.with(state.adapter().part(Part.CORE).map((n, t) -> t.plus(t)), Part.CORE);

    Archived after = archive.save(changed, Optional.of(before));

    assertThat(archive.load(after.checkpoint()).state()).isEqualTo(changed);
  }

  @Test
  void whatCanBeDerivedIsNotStored() {
    Archived saved = archive.save(state(3, 0), Optional.empty());

    assertThat(store.bytes(artifact(saved, new Role.AdapterPart(Part.A)).digest())).isEmpty();
    assertThat(store.bytes(artifact(saved, new Role.AdapterPart(Part.CORE)).digest())).isPresent();
  }

  /** A simulation of a thousand rounds must not hold a thousand states. */
  @Test
  void onlyTheStateThatIsGoneOnFromIsKept() {
    Archived old = archive.save(state(3, 2), Optional.empty());
    Archived last = archive.save(state(4, 3), Optional.of(old));
    Artifact update = store.put(out -> out.write(1));

    archive.keepOnly(last);

    assertThat(archive.load(last.checkpoint())).isEqualTo(last);
    assertThatThrownBy(() -> archive.load(old.checkpoint())).hasMessageContaining("is missing");
    assertThat(store.bytes(update.digest())).isEmpty();
  }

  @Test
  void whatIsNoStateIsRefusedByItsDigest() {
    Digest noise = store.put(out -> out.write(new byte[] {0, 1, 'x'})).digest();

    assertThatThrownBy(() -> archive.load(new Checkpoint(1, noise, Optional.empty())))
        .hasMessageContaining(noise.hex())
        .hasMessageContaining("weft state");
  }

  @Test
  void aStateOfAnotherModelIsRefused() {
    Checkpoint saved = archive.save(state(3, 0), Optional.empty()).checkpoint();
    AdapterTarget other =
        AdapterTarget.of(
            List.of(new AdapterTarget.Layer("key", 4, 3)), new AdapterTarget.Head(2, 4));

    assertThatThrownBy(() -> new StateArchive(store, other).load(saved))
        .hasMessageContaining("is a global state of another model");
  }

  private static Artifact artifact(Archived archived, Role role) {
    return archived.manifest().pieces().stream()
        .filter(piece -> piece.role().equals(role))
        .findFirst()
        .orElseThrow()
        .artifact();
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
            derived(new Adapter(form, TARGET, tensors)),
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

  private static Adapter derived(Adapter adapter) {
    return adapter
        .with(new Origin.Kaiming(new Seed(-7)).derive(adapter.part(Part.A)))
        .with(new Origin.Zeros().derive(adapter.part(Part.B)));
  }

  private static Tensor random(SeededRandom random, int... shape) {
    float[] values = new float[Math.toIntExact(Tensor.elements(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, shape);
  }
}
