package dev.weft.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.ArrayList;
import java.util.List;

/**
 * The ids that the {@code post_processor} of a {@code tokenizer.json} puts around one text. Read
 * from the definition, as no text can be relied on to show them: which letters a vocabulary has is
 * its own affair.
 */
public record Frame(List<Integer> before, List<Integer> after) {
  private static final Frame NONE = new Frame(List.of(), List.of());

  public Frame {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /**
   * @param processor missing or null for none
   * @param source where it was read, for messages
   * @throws WeftException if it does more than Weft knows of
   */
  static Frame of(JsonNode processor, String source) {
    if (processor.isMissingNode() || processor.isNull()) {
      return NONE;
    }
    String type = processor.path("type").asText();
    return switch (type) {
      case "ByteLevel" -> NONE;
      case "BertProcessing", "RobertaProcessing" ->
          new Frame(
              List.of(processor.path("cls").path(1).asInt()),
              List.of(processor.path("sep").path(1).asInt()));
      case "TemplateProcessing" -> template(processor, source);
      case "Sequence" -> {
        Frame all = NONE;
        for (JsonNode step : processor.path("processors")) {
          all = Frame.of(step, source).around(all);
        }
        yield all;
      }
      default -> throw refused(source, Text.format("puts tokens around a text by \"%s\"", type));
    };
  }

  private static Frame template(JsonNode processor, String source) {
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    int texts = 0;
    for (JsonNode part : processor.path("single")) {
      texts += part.has("Sequence") ? 1 : 0;
      String token = part.path("SpecialToken").path("id").asText();
      for (JsonNode id : processor.path("special_tokens").path(token).path("ids")) {
        (texts == 0 ? before : after).add(id.asInt());
      }
    }
    if (texts != 1) {
      throw refused(source, Text.format("writes a text %d times", texts));
    }
    return new Frame(before, after);
  }

  private Frame around(Frame inner) {
    List<Integer> allBefore = new ArrayList<>(before);
    allBefore.addAll(inner.before);
    List<Integer> allAfter = new ArrayList<>(inner.after);
    allAfter.addAll(after);
    return new Frame(allBefore, allAfter);
  }

  private static WeftException refused(String source, String complaint) {
    return new WeftException(
        Problem.BAD_CHECKPOINT,
        Text.format(
            "%s: its post_processor %s, which Weft does not know; use TemplateProcessing",
            source, complaint));
  }
}
