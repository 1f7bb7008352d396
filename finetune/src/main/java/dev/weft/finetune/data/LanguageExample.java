package dev.weft.finetune.data;

import dev.weft.text.Turn;
import java.util.List;
import java.util.Optional;

/** A text to learn to write. */
public sealed interface LanguageExample {

  /** The site it comes from, where the data says so. */
  Optional<String> client();

  /** What errors name it by. */
  Place place();

  /** A text every token of which is learnt. */
  record PlainText(String text, Optional<String> client, Place place) implements LanguageExample {
    /** Where it stands and not what it says. */
    @Override
    public String toString() {
      return place.toString();
    }
  }

  /**
   * A conversation whose last turn is learnt, and that only: what the assistant says before it is
   * read as part of the prompt.
   *
   * @param turns the last of which is the assistant's
   * @param tools what the assistant may call, as chat templates read it, if the data says
   */
  record Conversation(
      List<Turn> turns, Optional<List<?>> tools, Optional<String> client, Place place)
      implements LanguageExample {
    public Conversation {
      turns = List.copyOf(turns);
      if (turns.isEmpty() || !turns.get(turns.size() - 1).isAssistant()) {
        throw new IllegalArgumentException("turns: the last must be the assistant's");
      }
    }

    public Conversation(List<Turn> turns, Optional<String> client, Place place) {
      this(turns, Optional.empty(), client, place);
    }

    /** The turns before the one that is learnt. */
    public List<Turn> prompt() {
      return turns.subList(0, turns.size() - 1);
    }

    /** Where it stands and not what it says. */
    @Override
    public String toString() {
      return place.toString();
    }
  }
}
