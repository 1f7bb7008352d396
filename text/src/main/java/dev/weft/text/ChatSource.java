package dev.weft.text;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Jinja source by which a model's conversations are written.
 *
 * @param template the one to use, if the model brings one
 * @param others names of the model's templates where none of them is the default
 */
public record ChatSource(Optional<String> template, List<String> others) {
  /** A model that brings none. */
  static final ChatSource NONE = new ChatSource(Optional.empty(), List.of());

  private static final String DEFAULT = "default";

  public ChatSource {
    others = List.copyOf(others);
  }

  static ChatSource one(String template) {
    return new ChatSource(Optional.of(template), List.of());
  }

  /** Several by name, of which {@value #DEFAULT} is used where nobody asks for another. */
  static ChatSource of(Map<String, String> named) {
    Optional<String> usual = Optional.ofNullable(named.get(DEFAULT));
    return new ChatSource(
        usual, usual.isPresent() ? List.of() : named.keySet().stream().sorted().toList());
  }
}
