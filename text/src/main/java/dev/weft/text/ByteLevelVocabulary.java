package dev.weft.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A byte-pair vocabulary over bytes, as GPT-2 introduced it: a text is split into words, the UTF-8
 * bytes of a word are written as 256 printable characters, and a list of merges joins them.
 *
 * @param merges each as two pieces with a space between, the first to apply first
 * @param splitting how words are found
 */
record ByteLevelVocabulary(Vocabulary vocabulary, List<String> merges, WordSplitting splitting) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /**
   * The {@code tokenizer.json} of the same ids, with tokens put around every text.
   *
   * @throws dev.weft.core.error.WeftException if a merge is not of two pieces that make a third
   */
  ObjectNode definition(Optional<SpecialTokens.Token> before, Optional<SpecialTokens.Token> after) {
    ObjectNode definition = NODES.objectNode().put("version", "1.0");
    definition.set("added_tokens", vocabulary.units());
    if (splitting.composed()) {
      definition.putObject("normalizer").put("type", "NFC");
    }
    definition.set("pre_tokenizer", words());
    definition.set("post_processor", Vocabulary.frame(before, after));
    definition.set("decoder", byteLevel());
    definition.set(
        "model", vocabulary.model(pairs()).put("ignore_merges", splitting.wholeWordsFirst()));
    return definition;
  }

  private List<Vocabulary.Merge> pairs() {
    List<Vocabulary.Merge> pairs = new ArrayList<>(merges.size());
    for (String merge : merges) {
      // A piece may be a space of its own only in files that do not write bytes as characters.
      int space = merge.indexOf(' ', 1);
      String left = space < 0 ? merge : merge.substring(0, space);
      String right = space < 0 ? "" : merge.substring(space + 1);
      boolean known =
          List.of(left, right, left + right).stream().allMatch(vocabulary.ids()::containsKey);
      if (!known) {
        throw Vocabulary.malformed(
            vocabulary.source(),
            Text.format("has a merge \"%s\" that is not of two tokens that make a third", merge));
      }
      pairs.add(new Vocabulary.Merge(left, right));
    }
    return pairs;
  }

  private ObjectNode words() {
    ArrayNode steps = NODES.arrayNode();
    for (String expression : splitting.expressions()) {
      ObjectNode split = steps.addObject().put("type", "Split");
      split.putObject("pattern").put("Regex", expression);
      split.put("behavior", "Isolated").put("invert", false);
    }
    steps.add(byteLevel());
    ObjectNode sequence = NODES.objectNode().put("type", "Sequence");
    sequence.set("pretokenizers", steps);
    return sequence;
  }

  private static ObjectNode byteLevel() {
    return NODES
        .objectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", false);
  }
}
