package dev.weft.finetune.text;

import java.util.Map;

/**
 * What one side says in a conversation.
 *
 * @param role who speaks, mostly {@value #SYSTEM}, {@value #USER} or {@value #ASSISTANT}
 */
public record Turn(String role, String content) {
  public static final String SYSTEM = "system";
  public static final String USER = "user";

  /** The model itself: what it says is learnt. */
  public static final String ASSISTANT = "assistant";

  public Turn {
    if (role.isBlank()) {
      throw new IllegalArgumentException("role: must not be empty");
    }
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

  /** As templates read it. */
  Map<String, Object> variables() {
    return Map.of("role", role, "content", content);
  }
}
