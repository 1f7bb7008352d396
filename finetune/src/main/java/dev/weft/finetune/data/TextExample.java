package dev.weft.finetune.data;

import java.util.Optional;

/**
 * One labelled text.
 *
 * @param client the site the text comes from, as the data writes it; empty where it does not say
 * @param place what errors name it by
 */
public record TextExample(String text, String label, Optional<String> client, Place place) {
  public TextExample {
    notBlank("text", text);
    notBlank("label", label);
    client.ifPresent(name -> notBlank("client", name));
  }

  /** Where it stands and not what it says. */
  @Override
  public String toString() {
    return place.toString();
  }

  private static void notBlank(String field, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException(field + ": must not be empty");
    }
  }
}
