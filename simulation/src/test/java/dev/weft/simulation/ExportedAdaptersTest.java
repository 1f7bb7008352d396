package dev.weft.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.aggregation.adapter.AdapterCard;
import dev.weft.aggregation.adapter.Adapters;
import dev.weft.aggregation.method.Methods;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.peft.PeftAdapter;
import dev.weft.core.peft.PeftReader;
import dev.weft.federation.RunResult;
import dev.weft.finetune.task.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every adapter, trained for a round over a base that loftq can mend, and given away in PEFT's
 * form.
 */
class ExportedAdaptersTest {
  private static final String[] SETTINGS = {
    "run.rounds=1", "model.quantization=nf4", "engine.precision=float32"
  };

  private static Workbench bench;

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    bench = Workbench.open(Tiny.config(SETTINGS));
  }

  @AfterAll
  static void close() {
    bench.close();
  }

  static Stream<String> adapters() {
    return Adapters.cards().stream().map(AdapterCard::name);
  }

  @ParameterizedTest
  @MethodSource("adapters")
  void anExportedAdapterAnswersAsTheStateItWasMadeOf(String name) {
    WeftConfig config =
        Tiny.config(
            Stream.concat(
                    Stream.of(SETTINGS),
                    Stream.of(
                        "method.adapter=" + name,
                        "method.rank=auto",
                        "method.name=" + Methods.with(Adapters.card(name)).get(0)))
                .toArray(String[]::new));
    RunResult result = Tiny.run(bench, config);
    assertThat(result.completed()).isTrue();
    GlobalState state = result.state();
    PeftAdapter.write(folder, state, bench.model().architecture().peft("base"));

    Adapter read = PeftReader.read(folder, bench.model().linears(), bench.target().head());

    List<Task.Answer> before = answers(state);
    List<Task.Answer> after = bench.model().answers(read, List.of(), bench.test(), 1);
    for (int i = 0; i < before.size(); i++) {
      assertThat(after.get(i).loss()).isCloseTo(before.get(i).loss(), within(1e-4));
    }
  }

  private static List<Task.Answer> answers(GlobalState state) {
    return bench.model().answers(state.adapter(), state.sideDeltas(), bench.test(), 1);
  }
}
