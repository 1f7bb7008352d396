package dev.weft.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.text.Goldens;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Goldens are rendered by jinja2 3.1.6 in the environment of transformers 5.23. */
class TemplateTest {
  private static final LocalDate TODAY = LocalDate.of(2025, 3, 9);
  private static final String REFUSED = "refused";

  /** Where Python refuses to write a value, so does Weft; where it writes, both write the same. */
  @Test
  void everyConstructRendersAsInPython() {
    JsonNode golden = Goldens.json("jinja.json");
    Map<String, Object> variables = variables(golden.path("variables"));
    SoftAssertions all = new SoftAssertions();
    for (JsonNode example : golden.path("cases")) {
      String template = example.path("template").asText();
      all.assertThat(rendered(template, variables))
          .as(template)
          .isEqualTo(example.path("text").isNull() ? REFUSED : example.path("text").asText());
    }
    all.assertAll();
  }

  private static String rendered(String template, Map<String, Object> variables) {
    try {
      return render(template, variables);
    } catch (WeftException refused) {
      return REFUSED;
    }
  }

  @Test
  void chatTemplatesOfModelsRenderAndRefuseAsInPython() {
    for (JsonNode model : Goldens.json("chat-templates.json")) {
      Template template =
          Template.parse(model.path("template").asText(), model.path("name").asText());
      for (JsonNode example : model.path("cases")) {
        Map<String, Object> variables = variables(example);
        variables.put("bos_token", "<s>");
        variables.put("eos_token", "</s>");
        if (example.path("text").isNull()) {
          assertThatExceptionOfType(WeftException.class)
              .as(example.toString())
              .isThrownBy(() -> template.render(variables, TODAY));
        } else {
          assertThat(template.render(variables, TODAY)).isEqualTo(example.path("text").asText());
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a{{ b             | line 1: a tag is not closed",
        "a{{ 'b }}         | line 1: a string is not closed",
        "{# a              | line 1: a comment is not closed",
        "{% if a %}b       | line 1: the template ends too early",
        "{% include 'a' %} | line 1: it wants another template (include), and a model has one",
        "{{ a ? b }}       | line 1: unexpected \"?\"",
        "{{ 1 + }}         | line 1: unexpected output end",
        "{% endif %}       | line 1: the block endif is not known",
        "{{ 99999999999999999999 }} | line 1: a number is too large",
      })
  void aMalformedTemplateIsRefusedWithItsLine(String template, String complaint) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> Template.parse(template, "model"))
        .withMessageStartingWith("model: the chat template cannot be read: ")
        .withMessageContaining(complaint)
        .matches(e -> e.problem() == Problem.BAD_CHECKPOINT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "{{ raise_exception('No system role') }} @ No system role",
        "{{ a.b.c }}                             @ 'a' is undefined",
        "{{ 'a' + 1 }}                           @ cannot be joined by +",
        "{{ 1 // 0 }}                            @ divided by zero",
        "{{ a() }}                               @ 'a' is undefined",
        "{{ 'a'.getClass() }}                    @ 'str object' has no attribute 'getClass'",
        "{{ 'a' | nosuch }}                      @ the filter nosuch is not known",
        "{{ 'a' is nosuch }}                     @ the test nosuch is not known",
      })
  void whatATemplateRefusesIsSaidInOneSentence(String template, String complaint) {
    assertRefused(template, complaint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% set ns = namespace(t='aaaaaaaa') %}{% for i in range(60) %}{% set ns.t = ns.t ~ ns.t %}"
            + "{% endfor %}",
        "{% set ns = namespace(t=[1]) %}{% for i in range(60) %}{% set ns.t = ns.t + ns.t %}"
            + "{% endfor %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{{ range(999999999) }}",
        "{{ 'a' * 999999999999 }}",
        "{{ [1] * 999999999 }}",
        "{{ 'a'.center(9999999999) }}",
        "{{ '{:c}'.format(99999999) }}{{ '%c' % -1 }}",
        "{{ 2 ** 999 }}",
        "{{ [1]|batch(999999999, 0)|list }}",
      })
  void aHostileTemplateEnds(String template) {
    assertRefused(template, "the chat template cannot write this conversation");
  }

  @Test
  void aTemplateNestedTooDeeplyIsRefused() {
    String deep = "{{ " + "(".repeat(200_000) + "1" + ")".repeat(200_000) + " }}";
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> Template.parse(deep, "model"))
        .withMessageContaining("nested too deeply");
  }

  @Property(tries = 500)
  void anyTemplateRendersOrIsRefused(@ForAll("templates") String template) {
    try {
      render(template, Map.of("a", List.of(1L, "b", Map.of("c", 2.5))));
    } catch (WeftException refused) {
      assertThat(refused.getMessage()).startsWith("model: the chat template cannot");
    }
  }

  @Provide
  Arbitrary<String> templates() {
    return Arbitraries.of(
            "{{", "}}", "{%", "%}", "{%-", "-%}", "if", "else", "endif", "for", "in", "endfor",
            "set", "a", "b", "=", "==", "(", ")", "[", "]", ":", ".", "|", "is", "not", "-", "+",
            "'c'", "1", "2.5", "length", "join", "first", "loop", "\n", "x", ",", "{", "}", "~")
        .list()
        .ofMaxSize(25)
        .map(parts -> String.join(" ", parts));
  }

  private static void assertRefused(String template, String complaint) {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(() -> render(template, Map.of()))
        .withMessageContaining(complaint)
        .matches(e -> e.problem() == Problem.BAD_DATA);
  }

  private static String render(String template, Map<String, Object> variables) {
    return Template.parse(template, "model").render(variables, TODAY);
  }

  private static Map<String, Object> variables(JsonNode object) {
    Map<String, Object> variables = new LinkedHashMap<>();
    object.properties().forEach(field -> variables.put(field.getKey(), value(field.getValue())));
    return variables;
  }

  private static Object value(JsonNode node) {
    if (node.isObject()) {
      return variables(node);
    }
    if (node.isArray()) {
      List<Object> list = new ArrayList<>();
      node.forEach(item -> list.add(value(item)));
      return list;
    }
    if (node.isNull()) {
      return null;
    }
    return node.isTextual()
        ? node.asText()
        : node.isBoolean()
            ? (Object) node.asBoolean()
            : node.isIntegralNumber() ? (Object) node.asLong() : (Object) node.asDouble();
  }
}
