package dev.weft.finetune.data;

import dev.weft.core.error.WeftException;
import dev.weft.text.ChatTemplate;
import dev.weft.text.SpecialTokens;
import dev.weft.text.TokenizedSet;
import dev.weft.text.Tokenizer;
import dev.weft.text.Turn;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Texts to learn become token ids with a prompt, which is read, and what follows, which is learnt.
 * Safe for concurrent use while the tokenizer is open.
 */
public final class LanguageEncoder {
  private final Tokenizer tokenizer;
  private final ChatTemplate template;

  /**
   * @param today what a chat template that writes the date takes for today
   * @throws WeftException if the model's chat template is malformed
   */
  public LanguageEncoder(Tokenizer tokenizer, LocalDate today) {
    this.tokenizer = tokenizer;
    this.template = ChatTemplate.of(tokenizer.definition(), today);
  }

  /**
   * What became of examples.
   *
   * @param set empty if none is left
   * @param dropped how many had nothing to learn within the longest sequence
   * @param cut how many of the others end before their text does
   */
  public record Encoded(Optional<TokenizedSet> set, int dropped, int cut) {}

  /** Token ids of a text and how many of them are prompt. */
  private static final class Prompted {
    final int[] ids;
    final int promptTokens;

    Prompted(int[] ids, int promptTokens) {
      this.ids = ids;
      this.promptTokens = promptTokens;
    }

    boolean teaches() {
      return ids.length > Math.max(1, promptTokens);
    }

    Prompted cut(int maxTokens) {
      return new Prompted(Arrays.copyOf(ids, Math.min(ids.length, maxTokens)), promptTokens);
    }
  }

  /**
   * Cuts long examples at the end; one whose answer lies beyond is left out.
   *
   * @throws WeftException if the model's chat template refuses a conversation
   */
  public Encoded encode(List<LanguageExample> examples) {
    int most = tokenizer.maxTokens();
    List<Prompted> kept = new ArrayList<>();
    int cut = 0;
    for (LanguageExample example : examples) {
      Prompted whole = encode(example);
      Prompted fitting = whole.cut(most);
      if (fitting.teaches()) {
        kept.add(fitting);
        cut += whole.ids.length > most ? 1 : 0;
      }
    }
    return new Encoded(
        kept.isEmpty() ? Optional.empty() : Optional.of(set(kept)),
        examples.size() - kept.size(),
        cut);
  }

  private static TokenizedSet set(List<Prompted> kept) {
    return TokenizedSet.continued(
        kept.stream().map(example -> example.ids).toArray(int[][]::new),
        kept.stream().mapToInt(example -> example.promptTokens).toArray());
  }

  /** The ids of a conversation up to where the assistant answers. */
  public int[] prompt(List<Turn> turns) {
    return ids(template.prompt(turns, Optional.empty()));
  }

  private Prompted encode(LanguageExample example) {
    if (example instanceof LanguageExample.Conversation conversation) {
      return encode(conversation);
    }
    LanguageExample.PlainText plain = (LanguageExample.PlainText) example;
    return new Prompted(ended(tokenizer.encodePrompt(plain.text())), 0);
  }

  /**
   * The prompt is as far as the whole begins with the prompt's own ids, so that a token across the
   * border counts as answer.
   */
  private Prompted encode(LanguageExample.Conversation conversation) {
    String text = template.write(conversation.turns(), conversation.tools()).stripTrailing();
    int[] whole = ids(text);
    int[] prompt = ids(template.prompt(conversation.prompt(), conversation.tools()));
    int common = Arrays.mismatch(whole, prompt);
    return new Prompted(
        endsItself(text) ? whole : ended(whole), common < 0 ? whole.length : common);
  }

  /** Templates mostly write the token that ends a turn. */
  private boolean endsItself(String text) {
    return tokenizer.special().ends().stream()
        .map(SpecialTokens.Token::text)
        .anyMatch(text::endsWith);
  }

  private int[] ended(int[] ids) {
    return IntStream.concat(Arrays.stream(ids), tokenizer.special().end().stream()).toArray();
  }

  private int[] ids(String text) {
    return template.isOwnOfModel() ? tokenizer.encode(text) : tokenizer.encodePrompt(text);
  }
}
