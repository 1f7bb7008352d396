package dev.weft.text.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Breaks a paragraph into lines as Python's {@code textwrap} does.
 *
 * @param width letters of a line
 * @param breakLongWords whether a word longer than a line is broken
 * @param breakOnHyphens whether a line may end behind a hyphen within a word
 */
record WordWrap(int width, boolean breakLongWords, boolean breakOnHyphens) {
  private static final Pattern SPACES_OR_WORD = Pattern.compile("\\s+|\\S+");
  private static final Pattern HYPHEN =
      Pattern.compile("(?<=[\\w!\"'&.,?][\\p{L}_]{0,1})-(?=[\\p{L}_])|(?<=\\w)-(?=\\p{L}{2})");

  List<String> lines(String paragraph) {
    Deque<String> chunks = chunks(paragraph);
    List<String> lines = new ArrayList<>();
    while (!chunks.isEmpty()) {
      if (!lines.isEmpty() && chunks.peek().isBlank()) {
        chunks.poll();
      }
      StringBuilder line = new StringBuilder();
      while (!chunks.isEmpty() && length(line) + length(chunks.peek()) <= width) {
        line.append(chunks.poll());
      }
      if (!chunks.isEmpty() && length(chunks.peek()) > width) {
        longWord(chunks, line);
      }
      String kept = line.toString().stripTrailing();
      if (!kept.isEmpty()) {
        lines.add(kept);
      }
    }
    return lines;
  }

  private void longWord(Deque<String> chunks, StringBuilder line) {
    String word = chunks.poll();
    int room = width - length(line);
    if (!breakLongWords) {
      if (line.length() == 0) {
        line.append(word);
      } else {
        chunks.push(word);
      }
      return;
    }
    int end = word.offsetByCodePoints(0, Math.max(1, room));
    if (room < 1) {
      chunks.push(word);
      return;
    }
    line.append(word, 0, end);
    chunks.push(word.substring(end));
  }

  private Deque<String> chunks(String paragraph) {
    Deque<String> chunks = new ArrayDeque<>();
    Matcher part = SPACES_OR_WORD.matcher(paragraph);
    while (part.find()) {
      int from = 0;
      Matcher hyphen = HYPHEN.matcher(part.group());
      while (breakOnHyphens && hyphen.find()) {
        chunks.add(part.group().substring(from, hyphen.end()));
        from = hyphen.end();
      }
      chunks.add(part.group().substring(from));
    }
    return chunks;
  }

  private static int length(CharSequence text) {
    return Character.codePointCount(text, 0, text.length());
  }
}
