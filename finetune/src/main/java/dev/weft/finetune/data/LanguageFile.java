package dev.weft.finetune.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.core.Text;
import dev.weft.core.error.WeftException;
import dev.weft.text.Turn;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A JSON Lines file of texts to learn to write. The fields of a line tell its form:
 *
 * <ul>
 *   <li>{@code messages}: a conversation, {@code [{"role": …, "content": …}, …]};
 *   <li>{@code instruction}, perhaps {@code input}, and {@code output}, as in Alpaca;
 *   <li>the two columns of the configuration ({@code data.text-column}, {@code data.label-column}),
 *       {@code prompt} and {@code completion}, or {@code question} and {@code answer};
 *   <li>{@code text} alone.
 * </ul>
 */
record LanguageFile(Path path, Columns columns) {
  private static final String MESSAGES = "messages";
  private static final String ROLE = "role";
  private static final String CONTENT = "content";
  private static final String INSTRUCTION = "instruction";
  private static final String INPUT = "input";
  private static final String OUTPUT = "output";
  private static final List<Pair> PAIRS =
      List.of(new Pair("prompt", "completion"), new Pair("question", "answer"));

  /** Fields that hold what is asked and what is answered. */
  private record Pair(String prompt, String answer) {
    boolean isIn(JsonLine line) {
      return line.has(prompt) && line.has(answer);
    }
  }

  /**
   * All examples, in the order of the file.
   *
   * @param bad is told the complaint about each line that is malformed
   * @throws WeftException naming the file if it is missing or no text
   */
  List<LanguageExample> read(Consumer<WeftException> bad) {
    SourceFile file = new SourceFile(path);
    return file.notEmpty(
        JsonLine.of(file, bad)
            .flatMap(line -> SourceFile.record(() -> example(line), bad).stream())
            .toList());
  }

  private LanguageExample example(JsonLine line) {
    Optional<String> client = line.value(columns.client()).filter(name -> !name.isBlank());
    if (line.has(MESSAGES)) {
      return new LanguageExample.Conversation(messages(line), tools(line), client, line.place());
    }
    Pair configured = new Pair(columns.text(), columns.label());
    if (configured.isIn(line)) {
      return asked(line, line.value(configured.prompt()).orElseThrow(), configured, client);
    }
    if (line.has(INSTRUCTION)) {
      return asked(line, instruction(line), new Pair(INSTRUCTION, OUTPUT), client);
    }
    for (Pair pair : PAIRS) {
      if (pair.isIn(line)) {
        return asked(line, line.required(pair.prompt()), pair, client);
      }
    }
    if (line.has(columns.text())) {
      return new LanguageExample.PlainText(filled(line, columns.text()), client, line.place());
    }
    throw line.bad(
        Text.format(
            "has none of messages, instruction, prompt, question and %s; add one or name it in"
                + " data.text-column",
            columns.text()));
  }

  private static LanguageExample asked(
      JsonLine line, String prompt, Pair pair, Optional<String> client) {
    filled(line, pair.prompt());
    return new LanguageExample.Conversation(
        List.of(Turn.user(prompt), Turn.assistant(filled(line, pair.answer()))),
        client,
        line.place());
  }

  /** Alpaca writes what the instruction is about below it. */
  private static String instruction(JsonLine line) {
    String input = line.value(INPUT).orElse("");
    String instruction = line.required(INSTRUCTION);
    return input.isBlank() ? instruction : instruction + "\n\n" + input;
  }

  /** Up to the last thing the assistant says; nothing is learnt from what follows. */
  private static List<Turn> messages(JsonLine line) {
    List<Turn> turns = new ArrayList<>();
    int answered = 0;
    for (JsonNode message : line.object().path(MESSAGES)) {
      turns.add(
          turn(message)
              .orElseThrow(
                  () ->
                      line.bad(
                          Text.format(
                              "message %d is not {\"role\": text, \"content\": text}; mend or"
                                  + " remove the line",
                              turns.size() + 1))));
      answered = turns.get(turns.size() - 1).isAssistant() ? turns.size() : answered;
    }
    if (answered == 0) {
      throw line.bad("has no message of the assistant to learn; add one or remove the line");
    }
    return turns.subList(0, answered);
  }

  /**
   * With all else the message says. Content may be a list of parts, and nothing where the assistant
   * calls tools.
   */
  private static Optional<Turn> turn(JsonNode message) {
    JsonNode role = message.path(ROLE);
    JsonNode content = message.path(CONTENT);
    boolean calls = message.path("tool_calls").isArray();
    boolean said =
        content.isTextual()
            || (content.isArray() && !content.isEmpty())
            || (calls && (content.isNull() || content.isMissingNode()));
    if (!role.isTextual() || role.asText().isBlank() || !said) {
      return Optional.empty();
    }
    Map<String, Object> others = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : message.properties()) {
      boolean told =
          field.getKey().equals(ROLE) || (field.getKey().equals(CONTENT) && content.isTextual());
      if (!told) {
        others.put(field.getKey(), JsonValue.of(field.getValue()));
      }
    }
    return Optional.of(
        new Turn(role.asText(), content.isTextual() ? content.asText() : "", others));
  }

  private static Optional<List<?>> tools(JsonLine line) {
    JsonNode tools = line.object().path("tools");
    if (tools.isMissingNode() || tools.isNull()) {
      return Optional.empty();
    }
    if (!tools.isArray()) {
      throw line.bad("tools is not a list of functions; mend or remove the field");
    }
    return Optional.of((List<?>) JsonValue.of(tools));
  }

  private static String filled(JsonLine line, String field) {
    String value = line.required(field);
    if (value.isBlank()) {
      throw line.bad(Text.format("%s is empty; fill it in or remove the line", field));
    }
    return value;
  }
}
