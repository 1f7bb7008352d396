package dev.weft.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.weft.core.method.LearningRateSchedule;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ConfigDefaultsTest {
  private static final Optional<?> AUTO = Optional.empty();

  /** Every key with its default: a change here is a change of what users get. */
  private static final Map<String, Object> EXPECTED =
      Map.ofEntries(
          Map.entry("run.name", AUTO),
          Map.entry("run.seed", 7L),
          Map.entry("run.rounds", 5),
          Map.entry("run.output", "runs"),
          Map.entry("run.evaluate-at-sites", true),
          Map.entry("model.source", "embedded:all-MiniLM-L6-v2"),
          Map.entry("model.quantization", AUTO),
          Map.entry("model.correction.scheme", ModelConfig.Correction.Scheme.NONE),
          Map.entry("model.correction.rank", 16),
          Map.entry("model.correction.iterations", 5),
          Map.entry("model.targets", AUTO),
          Map.entry("model.layers", AUTO),
          Map.entry("model.head", ModelConfig.Head.PUBLIC_EXAMPLES),
          Map.entry("model.max-tokens", AUTO),
          Map.entry("model.template-date", AUTO),
          Map.entry("engine.device", AUTO),
          Map.entry("engine.precision", AUTO),
          Map.entry("engine.rematerialization", AUTO),
          Map.entry("engine.micro-batch", AUTO),
          Map.entry("engine.memory", AUTO),
          Map.entry("data.source", "embedded:wordnet-glosses"),
          Map.entry("data.test-source", AUTO),
          Map.entry("data.public-source", AUTO),
          Map.entry("data.classes", AUTO),
          Map.entry("data.train-examples", AUTO),
          Map.entry("data.test-examples", AUTO),
          Map.entry("data.public-examples", AUTO),
          Map.entry("data.text-column", "text"),
          Map.entry("data.label-column", "label"),
          Map.entry("data.client-column", "client"),
          Map.entry("method.name", "fed-sb"),
          Map.entry("method.adapter", AUTO),
          Map.entry("method.rank", AUTO),
          Map.entry("method.ranks", List.of()),
          Map.entry("method.scale", AUTO),
          Map.entry("method.init", MethodConfig.Init.WEIGHTS),
          Map.entry("method.fair-lambda", 0.01),
          Map.entry("method.proximal-mu", 0.0),
          Map.entry("method.measure-error", true),
          Map.entry("method.robust.trimmed", 0.2),
          Map.entry("method.robust.faulty", AUTO),
          Map.entry("method.server.optimizer", ServerOptimizerConfig.Kind.NONE),
          Map.entry("method.server.learning-rate", 1.0),
          Map.entry("method.server.momentum", 0.9),
          Map.entry("method.server.beta1", 0.9),
          Map.entry("method.server.beta2", 0.99),
          Map.entry("method.server.tau", 0.001),
          Map.entry("training.local-epochs", 1),
          Map.entry("training.local-steps", Optional.of(84)),
          Map.entry("training.batch-size", 8),
          Map.entry("training.learning-rate", AUTO),
          Map.entry("training.head-learning-rate", 0.005),
          Map.entry("training.weight-decay", 0.0),
          Map.entry("training.schedule", LearningRateSchedule.Shape.LINEAR),
          Map.entry("training.warm-up", 0.0),
          Map.entry("round.fraction", 1.0),
          Map.entry("round.min-clients", 1),
          Map.entry("round.max-examples", AUTO),
          Map.entry("round.attempts", AUTO),
          Map.entry("round.retry-delay", Duration.ofSeconds(10)),
          Map.entry("round.offer-deadline", Duration.ofSeconds(30)),
          Map.entry("round.progress-deadline", Duration.ofMinutes(5)),
          Map.entry("round.aggregation-deadline", Duration.ofMinutes(10)),
          Map.entry("round.evaluation-deadline", Duration.ofMinutes(30)),
          Map.entry("update.fraction-bits", AUTO),
          Map.entry("update.range", AUTO),
          Map.entry("simulation.clients", AUTO),
          Map.entry("simulation.parallelism", AUTO),
          Map.entry("simulation.lanes", 1),
          Map.entry("simulation.partition.scheme", AUTO),
          Map.entry("simulation.partition.alpha", 0.5),
          Map.entry("simulation.centralized-reference", false),
          Map.entry("simulation.faults.nan", List.of()),
          Map.entry("simulation.faults.fail", List.of()),
          Map.entry("simulation.faults.max-delay", Duration.ZERO),
          Map.entry("run.sites", List.of()),
          Map.entry("coordinator.listen", "0.0.0.0:8443"),
          Map.entry("coordinator.addresses", List.of()),
          Map.entry("coordinator.grace", Duration.ofMinutes(1)),
          Map.entry("coordinator.metrics-listen", AUTO),
          Map.entry("coordinator.journal.store", JournalConfig.Store.FILE),
          Map.entry("coordinator.journal.url", AUTO),
          Map.entry("coordinator.journal.user", AUTO),
          Map.entry("coordinator.journal.password-file", AUTO),
          Map.entry("client.addresses", List.of()),
          Map.entry("client.proxy", AUTO),
          Map.entry("client.proxy-login", AUTO),
          Map.entry("client.models", List.of()),
          Map.entry("client.checkpoint-every", Duration.ofMinutes(1)),
          Map.entry("client.policy.losses", ClientConfig.Policy.Losses.SHARE),
          Map.entry("client.policy.methods", List.of()),
          Map.entry("client.policy.models", List.of()),
          Map.entry("client.policy.most-rounds", AUTO),
          Map.entry("client.policy.most-upload", AUTO),
          Map.entry("client.policy.most-bad-records", 0.0));

  private static final WeftConfig DEFAULTS = ConfigLoader.load(Optional.empty(), Map.of());

  @TestFactory
  Stream<DynamicTest> everyKeyHasItsDefault() {
    Map<String, Object> actual = values();
    return EXPECTED.entrySet().stream()
        .map(
            entry ->
                dynamicTest(
                    entry.getKey(),
                    () -> assertThat(actual).containsEntry(entry.getKey(), entry.getValue())));
  }

  @Test
  void everyRecordComponentIsAKeyAndEveryKeyARecordComponent() {
    assertThat(values().keySet())
        .containsExactlyElementsOf(ConfigKeys.of(ConfigLoader.defaults()).keys());
  }

  @Test
  void everyKeyIsInTheTableAbove() {
    assertThat(EXPECTED).containsOnlyKeys(values().keySet());
  }

  @TestFactory
  Stream<DynamicTest> everyKeyAndSectionHasADocumentationLine() {
    return components(WeftConfig.class, "").keySet().stream()
        .map(
            key ->
                dynamicTest(
                    key,
                    () ->
                        assertThat(ConfigLoader.defaults().getValue(key).origin().comments())
                            .singleElement()
                            .asString()
                            .matches(" \\S.*\\.")));
  }

  @TestFactory
  Stream<DynamicTest> theDocumentationOfAChoiceNamesEveryConstant() {
    return components(WeftConfig.class, "").entrySet().stream()
        .filter(entry -> entry.getValue().getType().isEnum())
        .map(
            entry ->
                dynamicTest(
                    entry.getKey(),
                    () -> {
                      List<String> constants = new ArrayList<>();
                      for (Object constant : entry.getValue().getType().getEnumConstants()) {
                        constants.add(ConfigBinder.kebab(constant));
                      }
                      assertThat(ConfigurationPageTest.comment(entry.getKey()))
                          .contains(String.join(" | ", constants));
                    }));
  }

  private static Map<String, RecordComponent> components(Class<?> section, String prefix) {
    Map<String, RecordComponent> components = new TreeMap<>();
    for (RecordComponent component : section.getRecordComponents()) {
      String key = prefix + ConfigBinder.kebab(component.getName());
      components.put(key, component);
      if (component.getType().isRecord()) {
        components.putAll(components(component.getType(), key + "."));
      }
    }
    return components;
  }

  private static Map<String, Object> values() {
    Map<String, Object> values = new TreeMap<>();
    collect(DEFAULTS, "", values);
    return values;
  }

  private static void collect(Object section, String prefix, Map<String, Object> values) {
    for (RecordComponent component : section.getClass().getRecordComponents()) {
      Object value;
      try {
        value = component.getAccessor().invoke(section);
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(e.getMessage(), e);
      }
      String key = prefix + ConfigBinder.kebab(component.getName());
      if (value instanceof Record nested) {
        collect(nested, key + ".", values);
      } else {
        values.put(key, value);
      }
    }
  }
}
