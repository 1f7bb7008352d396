package dev.weft.finetune.data;

import java.util.Optional;

/**
 * One labelled text.
 *
 * @param client the site the text comes from, where the data says so
 */
public record TextExample(String text, String label, Optional<String> client) {
  public TextExample {
    notBlank("text", text);
    notBlank("label", label);
    client.ifPresent(name -> notBlank("client", name));
  }

  private static void notBlank(String field, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException(field + ": must not be empty");
    }
  }
}
