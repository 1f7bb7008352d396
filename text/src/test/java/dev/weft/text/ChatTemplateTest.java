package dev.weft.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What templates see is what transformers shows them. */
class ChatTemplateTest {
  private static final LocalDate TODAY = LocalDate.of(2025, 3, 9);
  private static final String FIELDS =
      "{% for m in messages %}{% for k in m %}{{ k }}={{ m[k] }};{% endfor %}{% endfor %}";

  @TempDir Path folder;

  @Test
  void theFieldsOfAMessageComeInOneOrderInEveryRun() {
    Map<String, Object> others = new LinkedHashMap<>();
    for (String name : List.of("weight", "name", "zeta", "alpha", "id", "kind")) {
      others.put(name, name.length());
    }
    assertThat(written(FIELDS, new Turn("user", "Hi", others)))
        .isEqualTo("role=user;content=Hi;weight=6;name=4;zeta=4;alpha=5;id=2;kind=4;");
    assertThat(written(FIELDS, Turn.user("a"), Turn.assistant("b")))
        .isEqualTo("role=user;content=a;role=assistant;content=b;");
  }

  @Test
  void reasoningIsThereUnderTheNamesThatTemplatesKnow() {
    assertThat(written(FIELDS, new Turn("assistant", "4", Map.of("reasoning", "2+2"))))
        .isEqualTo("thinking=2+2;role=assistant;content=4;reasoning=2+2;reasoning_content=2+2;");
  }

  @Test
  void contentThatIsNoTextReplacesTheText() {
    assertThat(
            written(
                FIELDS,
                new Turn("assistant", "", Collections.singletonMap("content", null)),
                new Turn("user", "", Map.of("content", List.of(Map.of("type", "text"))))))
        .isEqualTo("role=assistant;content=None;role=user;content=[{'type': 'text'}];");
  }

  @Test
  void toolsAndDocumentsAreNoneNotUndefined() {
    String template =
        "{{ tools is none }} {{ documents is none }} {{ tools is defined }} {{"
            + " add_generation_prompt }}";
    assertThat(written(template, Turn.user("Hi"))).isEqualTo("True True True False");
    assertThat(
            ChatTemplate.of(model(template), TODAY)
                .prompt(List.of(Turn.user("Hi")), Optional.of(List.of(Map.of("name", "f")))))
        .isEqualTo("False True True True");
  }

  @Test
  void todayIsTheDateThatIsConfigured() {
    assertThat(written("{{ strftime_now('%d %b %Y %H:%M') }}", Turn.user("Hi")))
        .isEqualTo("09 Mar 2025 00:00");
  }

  @Test
  void aSpecialTokenThatNobodyNamesIsUndefined() {
    assertThat(written("{{ bos_token is defined }}{{ eos_token }}", Turn.user("Hi")))
        .isEqualTo("False</s>");
  }

  @Test
  void ofSeveralTemplatesTheDefaultIsUsed() {
    assertThat(
            writtenBy(
                "[{\"name\": \"rag\", \"template\": \"r\"}, {\"name\": \"default\", \"template\":"
                    + " \"d\"}]",
                Turn.user("Hi")))
        .isEqualTo("d");
  }

  @Test
  void withoutADefaultTheNamesAreSaidAndWhatToDo() {
    assertThatExceptionOfType(WeftException.class)
        .isThrownBy(
            () ->
                writtenBy(
                    "[{\"name\": \"tool_use\", \"template\": \"t\"}, {\"name\": \"rag\","
                        + " \"template\": \"r\"}]",
                    Turn.user("Hi")))
        .withMessageContaining(
            "has the chat templates rag, tool_use and none named default; save the one to use as"
                + " chat_template.jinja beside it")
        .matches(e -> e.problem() == Problem.BAD_CHECKPOINT);
  }

  @Test
  void aFileOfItsOwnWinsOverTheSettings() {
    TokenizerDefinition definition =
        folder("\"settings\"").with("chat_template.jinja", "file").read(4);
    assertThat(ChatTemplate.of(definition, TODAY).write(List.of(), Optional.empty()))
        .isEqualTo("file");
  }

  private String written(String template, Turn... turns) {
    return writtenBy('"' + template + '"', turns);
  }

  /**
   * @param templates as JSON
   */
  private String writtenBy(String templates, Turn... turns) {
    return ChatTemplate.of(folder(templates).read(4), TODAY)
        .write(Arrays.asList(turns), Optional.empty());
  }

  private TokenizerDefinition model(String template) {
    return folder('"' + template + '"').read(4);
  }

  private TokenizerFolder folder(String template) {
    return new TokenizerFolder(folder, List.of("<s>", "</s>", "b", "c"))
        .with(
            "tokenizer_config.json",
            "{\"eos_token\": \"</s>\", \"chat_template\": " + template + "}");
  }
}
