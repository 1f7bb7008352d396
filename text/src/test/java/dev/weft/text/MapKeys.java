package dev.weft.text;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Keys and values as a GGUF file has them: integers are {@code Long}, floats {@code Double}. */
record MapKeys(String source, Map<String, Object> values) implements GgufKeys {

  @Override
  public Optional<String> text(String key) {
    return Optional.ofNullable((String) values.get(key));
  }

  @Override
  public Optional<Boolean> flag(String key) {
    return Optional.ofNullable((Boolean) values.get(key));
  }

  @Override
  public OptionalLong integer(String key) {
    return values.get(key) instanceof Long number ? OptionalLong.of(number) : OptionalLong.empty();
  }

  @Override
  public List<String> texts(String key) {
    return list(key).stream().map(String.class::cast).toList();
  }

  @Override
  public int[] integers(String key) {
    return list(key).stream().mapToInt(number -> Math.toIntExact((Long) number)).toArray();
  }

  @Override
  public float[] floats(String key) {
    List<?> list = list(key);
    float[] floats = new float[list.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = ((Number) list.get(i)).floatValue();
    }
    return floats;
  }

  private List<?> list(String key) {
    return (List<?>) values.getOrDefault(key, List.of());
  }
}
