package dev.weft.core.registry;

import dev.weft.core.Text;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where chosen entries of registries come from that are not Weft's own.
 *
 * @param byName the jar with its SHA-256 or the folder of classes, by the entry's name
 */
public record Origins(SortedMap<String, String> byName) {
  public Origins {
    byName = Collections.unmodifiableSortedMap(new TreeMap<>(byName));
  }

  /** Everything is Weft's own. */
  public static Origins none() {
    return new Origins(new TreeMap<>());
  }

  /** These and the others. Entries of two kinds may share a name, and come from two jars. */
  public Origins and(Origins others) {
    SortedMap<String, String> all = new TreeMap<>(byName);
    others.byName.forEach((name, origin) -> all.merge(name, origin, Origins::both));
    return new Origins(all);
  }

  private static String both(String one, String other) {
    return one.equals(other) ? one : Text.format("%s, %s", one, other);
  }
}
