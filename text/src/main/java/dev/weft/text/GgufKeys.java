package dev.weft.text;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The keys and values of a GGUF file, however it is read. A key that is absent has no value, or no
 * values; one of another type is refused, in one sentence.
 */
public interface GgufKeys {

  /** The file, for messages. */
  String source();

  Optional<String> text(String key);

  Optional<Boolean> flag(String key);

  OptionalLong integer(String key);

  List<String> texts(String key);

  int[] integers(String key);

  float[] floats(String key);
}
