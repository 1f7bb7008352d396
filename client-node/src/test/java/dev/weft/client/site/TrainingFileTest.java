package dev.weft.client.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.Digest;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.finetune.training.TrainingKeeper;
import dev.weft.finetune.training.TrainingState;
import dev.weft.protocol.RoundId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingFileTest {
  private static final RoundId ID = new RoundId("run", 2, 1);
  private static final Digest TRAINING = Digest.of(new byte[] {1});

  @TempDir private Path folder;
  private final List<SiteEvent> events = new ArrayList<>();

  @Test
  void whatWasKeptIsFoundByAnotherProcessBitForBit() throws IOException {
    TrainingKeeper keeper = file(Duration.ZERO).keeper(ID, TRAINING);
    assertThat(keeper.kept()).isEmpty();
    keeper.keep(state(1));
    keeper.keep(state(7));

    assertThat(file(Duration.ZERO).keeper(ID, TRAINING).kept()).hasValue(state(7));
    assertThat(events).containsExactly(new SiteEvent.TrainingGoesOn(ID, 7));
    assertThat(files()).containsExactly("kept.safetensors");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
        .isEqualTo("rw-------");
  }

  @Test
  void whatIsOfAnotherTrainingIsDeletedAndSaidSo() throws IOException {
    file(Duration.ZERO).keeper(ID, TRAINING).keep(state(7));

    assertThat(file(Duration.ZERO).keeper(ID, Digest.of(new byte[] {2})).kept()).isEmpty();

    assertThat(events)
        .singleElement()
        .satisfies(
            event ->
                assertThat(((SiteEvent.TrainingNotKept) event).sentence())
                    .contains("is of another training, round, model or data, and is deleted"));
    assertThat(files()).isEmpty();
  }

  /** Whatever a broken disk makes of it, the training begins anew. */
  @ParameterizedTest
  @ValueSource(ints = {0, 5, 40, 200, -1})
  void whatIsDamagedIsDeletedAndSaidSo(int length) throws IOException {
    file(Duration.ZERO).keeper(ID, TRAINING).keep(state(7));
    byte[] whole = Files.readAllBytes(path());
    Files.write(path(), Arrays.copyOf(whole, length < 0 ? whole.length - 1 : length));

    assertThat(file(Duration.ZERO).keeper(ID, TRAINING).kept()).isEmpty();

    assertThat(((SiteEvent.TrainingNotKept) events.get(0)).sentence())
        .contains("is damaged and deleted")
        .doesNotContain("\n");
    assertThat(files()).isEmpty();
  }

  @Test
  void nothingIsKeptAfterTheTrainingIsOver() throws IOException {
    TrainingFile shelf = file(Duration.ZERO);
    TrainingKeeper keeper = shelf.keeper(ID, TRAINING);
    keeper.keep(state(7));

    shelf.clear();
    keeper.keep(state(8));

    assertThat(files()).isEmpty();
  }

  @Test
  void aTrainingThatWasReplacedKeepsNothing() throws IOException {
    TrainingFile shelf = file(Duration.ZERO);
    TrainingKeeper before = shelf.keeper(ID, TRAINING);
    TrainingKeeper now = shelf.keeper(new RoundId("run", 3, 1), Digest.of(new byte[] {2}));
    now.keep(state(4));

    before.keep(state(9));

    assertThat(file(Duration.ZERO).keeper(ID, Digest.of(new byte[] {2})).kept()).hasValue(state(4));
  }

  /** As a thread that is told to end does. */
  @Test
  void aThreadThatIsInterruptedStillKeepsIt() {
    TrainingKeeper keeper = file(Duration.ZERO).keeper(ID, TRAINING);
    Thread.currentThread().interrupt();

    keeper.keep(state(7));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(events).isEmpty();
    assertThat(file(Duration.ZERO).keeper(ID, TRAINING).kept()).hasValue(state(7));
  }

  @Test
  void itIsDueAfterSomeTimeOrAfterEveryStep() {
    assertThat(file(Duration.ZERO).keeper(ID, TRAINING).due()).isTrue();
    assertThat(file(Duration.ofDays(1)).keeper(ID, TRAINING).due()).isFalse();
  }

  @Test
  void aSiteThatCannotWriteSaysSoAndTrainsAllTheSame() throws IOException {
    Files.writeString(folder.resolve("training"), "a file where the folder would be");

    file(Duration.ZERO).keeper(ID, TRAINING).keep(state(7));

    assertThat(((SiteEvent.TrainingNotKept) events.get(0)).sentence())
        .contains("cannot be written");
  }

  private TrainingFile file(Duration every) {
    return new TrainingFile(path(), every, events::add);
  }

  private Path path() {
    return folder.resolve("training").resolve("kept.safetensors");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(path().getParent())) {
      return all.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static TrainingState state(int steps) {
    return new TrainingState(
        steps,
        tensors(steps),
        tensors(-0.0f),
        tensors(Float.MIN_VALUE),
        8L * steps,
        100L * steps,
        Math.PI * steps);
  }

  private static TensorMap tensors(float value) {
    return TensorMap.of(
        Map.of("query.lora_A", Tensor.of(new float[] {value, 1, 2, 3, 4, 5}, 2, 3)));
  }
}
