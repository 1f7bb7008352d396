package dev.weft.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.coordinator.RoundMetrics;
import dev.weft.coordinator.RunIdentity;
import dev.weft.coordinator.RunJournal;
import dev.weft.coordinator.store.Checkpoint;
import dev.weft.core.Digest;
import dev.weft.core.metrics.Evaluation;
import dev.weft.core.metrics.Metric;
import dev.weft.core.metrics.PooledEvaluation;
import dev.weft.core.metrics.SitesEvaluation;
import dev.weft.core.metrics.Spread;
import java.io.NotSerializableException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JournalSerializerTest {
  private static final String HEX = "0f".repeat(32);

  /** Every kind of event and the bytes it has had since version 1, which must never change. */
  private static final Map<RunJournal.Event, String> GOLDEN =
      Map.ofEntries(
          Map.entry(
              new RunJournal.RunStarted(
                  new RunIdentity(Map.of("run.seed", "42", "sites", "3 \u00e4")),
                  new Checkpoint(0, new Digest(HEX), Optional.empty())),
              "run-started/1 {\"identity\":{\"run.seed\":\"42\",\"sites\":\"3 \u00e4\"},"
                  + "\"initial\":{\"round\":0,\"state\":\"HEX\"}}"),
          Map.entry(
              new RunJournal.RoundStarted(3, 2, List.of("a", "St. Mary's")),
              "round-started/1 {\"round\":3,\"attempt\":2,\"cohort\":[\"a\",\"St. Mary's\"]}"),
          Map.entry(
              new RunJournal.RoundCommitted(
                  new Checkpoint(1, new Digest(HEX), Optional.of(new Digest(HEX))),
                  new RoundMetrics(1, 2, 20, 40, 0.1, 1L << 40, 7, Double.NaN, 1e-9, 2.5)),
              "round-committed/1"
                  + " {\"checkpoint\":{\"round\":1,\"state\":\"HEX\",\"memory\":\"HEX\"},"
                  + "\"metrics\":{\"round\":1,\"clients\":2,\"examples\":20,"
                  + "\"examplesProcessed\":40,\"trainLoss\":0.1,\"bytesUp\":1099511627776,"
                  + "\"bytesDown\":7,\"aggregationError\":null,\"fixedPointBound\":1.0E-9,"
                  + "\"seconds\":2.5}}"),
          Map.entry(
              new RunJournal.Evaluated(1, Evaluation.classification(0.3, 0.8, 0.7, 100)),
              "evaluated/1 {\"round\":1,\"evaluation\":{\"examples\":100,\"loss\":0.3,"
                  + "\"scores\":{\"accuracy\":0.8,\"macroF1\":0.7}}}"),
          Map.entry(
              new RunJournal.EvaluationFailed(2, "no data"),
              "evaluation-failed/1 {\"round\":2,\"reason\":\"no data\"}"),
          Map.entry(
              new RunJournal.RoundFailed(2, 1, "nobody came"),
              "round-failed/1 {\"round\":2,\"attempt\":1,\"reason\":\"nobody came\"}"),
          Map.entry(
              new RunJournal.EvaluatedAtSites(
                  2,
                  new SitesEvaluation(
                      Optional.of(
                          new PooledEvaluation(
                              new Evaluation(0.5, Map.of(Metric.ACCURACY, 0.75), 40),
                              new Spread(0.25, 0.75, 0.125),
                              new Spread(0.5, 1, 0.25),
                              List.of("a", "St. Mary's"))),
                      List.of("c"),
                      new TreeMap<>(Map.of("d", "is not here")),
                      7)),
              "evaluated-at-sites/1 {\"round\":2,\"pooled\":{\"mean\":{\"examples\":40,"
                  + "\"loss\":0.5,\"scores\":{\"accuracy\":0.75}},"
                  + "\"loss\":{\"least\":0.25,\"most\":0.75,\"deviation\":0.125},"
                  + "\"accuracy\":{\"least\":0.5,\"most\":1.0,\"deviation\":0.25},"
                  + "\"sites\":[\"a\",\"St. Mary's\"]},\"withheld\":[\"c\"],"
                  + "\"missing\":{\"d\":\"is not here\"},\"bytesDown\":7}"),
          Map.entry(
              new RunJournal.EvaluatedAtSites(
                  0, new SitesEvaluation(Optional.empty(), List.of(), new TreeMap<>(), 0)),
              "evaluated-at-sites/1 {\"round\":0,\"withheld\":[],\"missing\":{},"
                  + "\"bytesDown\":0}"),
          Map.entry(new RunJournal.RunFinished(), "run-finished/1 {}"),
          Map.entry(
              new RunJournal.RunFailed("it broke"), "run-failed/1 {\"reason\":\"it broke\"}"));

  private final JournalSerializer serializer = new JournalSerializer();

  @Test
  void everyKindOfEventHasItsBytes() {
    Set<Class<?>> kinds = new HashSet<>();
    GOLDEN.forEach(
        (event, written) -> {
          kinds.add(event.getClass());
          String text =
              serializer.manifest(event)
                  + " "
                  + new String(serializer.toBinary(event), StandardCharsets.UTF_8);
          assertThat(text.replace(HEX, "HEX")).isEqualTo(written);
        });
    assertThat(kinds).containsAll(Arrays.asList(RunJournal.Event.class.getPermittedSubclasses()));
  }

  @Test
  void everyEventComesBackFromThem() throws NotSerializableException {
    for (Map.Entry<RunJournal.Event, String> entry : GOLDEN.entrySet()) {
      String[] written = entry.getValue().split(" ", 2);
      byte[] bytes = written[1].replace("HEX", HEX).getBytes(StandardCharsets.UTF_8);
      assertThat(serializer.fromBinary(bytes, written[0])).isEqualTo(entry.getKey());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "run-finished/2, {}, an event run-finished/2",
    "run-ended/1, {}, unknown event",
    "run-failed/1, {}, its field \"reason\" is missing",
    "run-failed/1, {, damaged",
    "round-committed/1, '{\"checkpoint\":{\"round\":1,\"state\":\"x\"}}', damaged"
  })
  void whatIsNoEventIsRefusedByItsName(String manifest, String json, String words) {
    assertThatThrownBy(() -> serializer.fromBinary(json.getBytes(StandardCharsets.UTF_8), manifest))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining(words);
  }
}
