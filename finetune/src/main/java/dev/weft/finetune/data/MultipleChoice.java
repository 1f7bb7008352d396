package dev.weft.finetune.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.core.Text;
import dev.weft.text.Turn;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A question with answers to choose from.
 *
 * @param answer index of the right choice
 * @param place what errors name it by
 */
public record MultipleChoice(String question, List<String> choices, int answer, Place place) {
  private static final String CHOICES = "choices";
  private static final String ANSWER = "answer";
  private static final List<String> QUESTIONS = List.of("question", "prompt");

  public MultipleChoice {
    choices = List.copyOf(choices);
  }

  /** Where it stands and not what it says. */
  @Override
  public String toString() {
    return place.toString();
  }

  /** Whether a JSON Lines file holds questions like these, judging by its first line. */
  public static boolean isIn(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".jsonl") && beginsIn(file);
  }

  private static boolean beginsIn(Path file) {
    return JsonLine.of(new SourceFile(file))
        .findFirst()
        .filter(line -> line.object().path(CHOICES).isArray())
        .isPresent();
  }

  /**
   * Reads lines {@code {"question": …, "choices": […], "answer": …}}, the answer as an index from
   * 0, a letter from A, or one of the choices.
   *
   * @throws dev.weft.core.error.WeftException naming file and line if one is malformed
   */
  public static List<MultipleChoice> read(Path file) {
    SourceFile source = new SourceFile(file);
    return source.notEmpty(JsonLine.of(source).map(MultipleChoice::of).toList());
  }

  /** One conversation per choice, as if it were the answer. */
  public List<LanguageExample> conversations() {
    return choices.stream()
        .<LanguageExample>map(
            choice ->
                new LanguageExample.Conversation(
                    List.of(Turn.user(question), Turn.assistant(choice)), Optional.empty(), place))
        .toList();
  }

  private static MultipleChoice of(JsonLine line) {
    List<String> choices = new ArrayList<>();
    line.object().path(CHOICES).forEach(choice -> choices.add(choice.asText()));
    if (choices.size() < 2 || choices.stream().anyMatch(String::isBlank)) {
      throw line.bad("needs choices, a list of at least two texts");
    }
    String question =
        QUESTIONS.stream()
            .filter(line::has)
            .findFirst()
            .map(line::required)
            .orElseThrow(() -> line.bad("has neither question nor prompt; add one"));
    return new MultipleChoice(question, choices, answer(line, choices), line.place());
  }

  private static int answer(JsonLine line, List<String> choices) {
    JsonNode answer = line.object().path(ANSWER);
    int index = answer.isInt() ? answer.asInt() : named(answer.asText(), choices);
    if (index < 0 || index >= choices.size()) {
      throw line.bad(
          Text.format(
              "has an answer that is none of its %d choices; write an index from 0, a letter from A"
                  + " or a choice",
              choices.size()));
    }
    return index;
  }

  private static int named(String answer, List<String> choices) {
    int exact = choices.indexOf(answer);
    return exact < 0 && answer.length() == 1
        ? Character.toUpperCase(answer.charAt(0)) - 'A'
        : exact;
  }
}
