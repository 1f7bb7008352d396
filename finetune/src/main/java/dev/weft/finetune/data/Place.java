package dev.weft.finetune.data;

/**
 * Where an example stands: what an error says of it, in place of its text, which may be a
 * patient's.
 *
 * @param source a file, or the name of embedded data
 * @param line from 1
 */
public record Place(String source, long line) {

  @Override
  public String toString() {
    return source + ":" + line;
  }
}
