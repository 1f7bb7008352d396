package dev.weft.text;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.text.jinja.Template;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a model's conversations are written as text: by the template it brings, or plainly as
 * questions and answers if it brings none. Immutable.
 */
public final class ChatTemplate {
  /** Base models have seen texts like these, so they need no tokens of their own for turns. */
  private static final String PLAIN =
      """
      {% for message in messages %}\
      {% if message.role == 'user' %}{{ 'Question: ' + message.content + '\\n' }}\
      {% elif message.role == 'assistant' %}{{ 'Answer: ' + message.content + end + '\\n\\n' }}\
      {% else %}{{ message.content + '\\n\\n' }}{% endif %}\
      {% endfor %}\
      {% if add_generation_prompt %}Answer:{% endif %}\
      """;

  private final Template template;
  private final TokenizerDefinition definition;
  private final LocalDate today;

  private ChatTemplate(Template template, TokenizerDefinition definition, LocalDate today) {
    this.template = template;
    this.definition = definition;
    this.today = today;
  }

  /**
   * @param today what templates that write the date take for today
   * @throws WeftException if the model's template is malformed
   */
  public static ChatTemplate of(TokenizerDefinition definition, LocalDate today) {
    return new ChatTemplate(
        Template.parse(definition.chat().template().orElse(PLAIN), definition.source()),
        definition,
        today);
  }

  /** Whether the model brings the template. */
  public boolean isOwnOfModel() {
    return definition.chat().template().isPresent();
  }

  /**
   * A conversation, special tokens included.
   *
   * @param tools what the assistant may call, if the conversation says
   * @throws WeftException if the template refuses it, as some do where user and assistant do not
   *     take turns, or the model has several templates and none is the usual one
   */
  public String write(List<Turn> turns, Optional<List<?>> tools) {
    return write(turns, tools, false);
  }

  /** A conversation up to where the assistant answers. */
  public String prompt(List<Turn> turns, Optional<List<?>> tools) {
    return write(turns, tools, true);
  }

  private String write(List<Turn> turns, Optional<List<?>> tools, boolean answered) {
    if (!definition.chat().others().isEmpty()) {
      throw new WeftException(
          Problem.BAD_CHECKPOINT,
          Text.format(
              "%s: has the chat templates %s and none named default; save the one to use as"
                  + " chat_template.jinja beside it",
              definition.source(), String.join(", ", definition.chat().others())));
    }
    Map<String, Object> variables = new LinkedHashMap<>(definition.variables());
    variables.put("messages", turns.stream().map(Turn::variables).toList());
    variables.put("tools", tools.orElse(null));
    variables.put("documents", null);
    variables.put("add_generation_prompt", answered);
    if (!isOwnOfModel()) {
      variables.put(
          "end",
          definition.special().ends().stream()
              .findFirst()
              .map(SpecialTokens.Token::text)
              .orElse(""));
    }
    return template.render(variables, today);
  }
}
