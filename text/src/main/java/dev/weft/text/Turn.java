package dev.weft.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What one side says in a conversation.
 *
 * @param role who speaks, mostly {@value #SYSTEM}, {@value #USER} or {@value #ASSISTANT}
 * @param content its text; empty where it is none
 * @param others all else that the message says, in its order: tool calls, a name, or {@code
 *     content} that is no text
 */
public record Turn(String role, String content, Map<String, Object> others) {
  public static final String SYSTEM = "system";
  public static final String USER = "user";

  /** The model itself: what it says is learnt. */
  public static final String ASSISTANT = "assistant";

  private static final String ROLE = "role";
  private static final String CONTENT = "content";
  private static final String THINKING = "thinking";
  private static final String REASONING = "reasoning_content";
  private static final List<String> REASONING_NAMES = List.of(REASONING, THINKING, "reasoning");

  public Turn {
    if (role.isBlank()) {
      throw new IllegalArgumentException("role: must not be empty");
    }
    others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
  }

  public Turn(String role, String content) {
    this(role, content, new LinkedHashMap<>());
  }

  public static Turn user(String content) {
    return new Turn(USER, content);
  }

  public static Turn assistant(String content) {
    return new Turn(ASSISTANT, content);
  }

  public boolean isAssistant() {
    return role.equals(ASSISTANT);
  }

  /**
   * As templates read it: always in the same order, since some go through the fields of a message.
   * Reasoning is there under the names that templates know, as transformers has it.
   */
  Map<String, Object> variables() {
    Map<String, Object> variables = new LinkedHashMap<>();
    Object reasoning =
        REASONING_NAMES.stream().map(others::get).filter(Objects::nonNull).findFirst().orElse(null);
    if (reasoning != null) {
      variables.put(THINKING, reasoning);
    }
    variables.put(ROLE, role);
    variables.put(CONTENT, content);
    variables.putAll(others);
    if (reasoning != null) {
      variables.put(REASONING, reasoning);
    }
    return variables;
  }
}
