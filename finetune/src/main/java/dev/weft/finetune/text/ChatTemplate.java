package dev.weft.finetune.text;

import dev.weft.finetune.text.jinja.Template;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
      {% elif message.role == 'assistant' %}{{ 'Answer: ' + message.content + eos_token + '\\n\\n' }}\
      {% else %}{{ message.content + '\\n\\n' }}{% endif %}\
      {% endfor %}\
      {% if add_generation_prompt %}Answer:{% endif %}\
      """;

  private final Template template;
  private final boolean ownOfModel;
  private final Map<String, String> special;

  private ChatTemplate(Template template, boolean ownOfModel, Map<String, String> special) {
    this.template = template;
    this.ownOfModel = ownOfModel;
    this.special = special;
  }

  /**
   * @throws dev.weft.core.error.WeftException if the model's template is malformed
   */
  public static ChatTemplate of(TokenizerDefinition definition) {
    Template template =
        Template.parse(definition.chatTemplate().orElse(PLAIN), definition.source());
    SpecialTokens tokens = definition.special();
    return new ChatTemplate(
        template,
        definition.chatTemplate().isPresent(),
        Map.of(
            "bos_token", tokens.beginning().map(SpecialTokens.Token::text).orElse(""),
            "eos_token",
                tokens.ends().stream().map(SpecialTokens.Token::text).findFirst().orElse("")));
  }

  /** Whether the model brings the template. */
  public boolean isOwnOfModel() {
    return ownOfModel;
  }

  /**
   * A conversation, special tokens included.
   *
   * @throws dev.weft.core.error.WeftException if the template refuses it, as some do where user and
   *     assistant do not take turns
   */
  public String write(List<Turn> turns) {
    return write(turns, false);
  }

  /** A conversation up to where the assistant answers. */
  public String prompt(List<Turn> turns) {
    return write(turns, true);
  }

  private String write(List<Turn> turns, boolean answered) {
    Map<String, Object> variables = new HashMap<>(special);
    variables.put("messages", turns.stream().map(Turn::variables).toList());
    variables.put("add_generation_prompt", answered);
    return template.render(variables);
  }
}
