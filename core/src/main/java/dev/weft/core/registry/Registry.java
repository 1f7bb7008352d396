package dev.weft.core.registry;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * All things of one kind in the order they are shown: Weft's own, then those of a user's jars,
 * which are looked for once, when the first is asked for. Safe for use by several threads.
 */
public final class Registry<E extends Named> {
  private final List<E> own;
  private final Supplier<List<Outside<E>>> search;

  /** From where each entry is that is not Weft's own; empty until the first is asked for. */
  private Optional<Map<E, String>> found = Optional.empty();

  /**
   * @param own Weft's own
   * @param search finds the others, such as {@link Outside#of}
   */
  public Registry(List<E> own, Supplier<List<Outside<E>>> search) {
    this.own = List.copyOf(own);
    this.search = search;
    if (names(own).stream().distinct().count() < own.size()) {
      throw new IllegalArgumentException("own: two share a name in " + names(own));
    }
  }

  /**
   * @throws WeftException if one from outside has the name of another
   */
  public List<E> all() {
    List<E> all = new ArrayList<>(own);
    all.addAll(outside().keySet());
    return all;
  }

  public List<String> names() {
    return names(all());
  }

  /** Names of those that pass. */
  public List<String> names(Predicate<E> condition) {
    return names(all().stream().filter(condition).toList());
  }

  public Optional<E> find(String name) {
    return all().stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /**
   * @param refusal what a wrong name is answered with, made of the known ones
   */
  public E named(String name, Function<String, WeftException> refusal) {
    return find(name).orElseThrow(() -> refusal.apply(String.join(", ", names())));
  }

  /**
   * What an entry gives.
   *
   * @throws WeftException naming its jar, if one from outside fails or gives nothing
   */
  public <T> T ask(E entry, Function<E, T> question) {
    String origin = outside().get(entry);
    return origin == null
        ? question.apply(entry)
        : Outside.answer(entry.name(), origin, () -> question.apply(entry));
  }

  /** Where an entry comes from. */
  public Origins origins(E entry) {
    String origin = outside().get(entry);
    return origin == null
        ? Origins.none()
        : new Origins(new TreeMap<>(Map.of(entry.name(), origin)));
  }

  private synchronized Map<E, String> outside() {
    if (found.isEmpty()) {
      Map<E, String> origins = new LinkedHashMap<>();
      List<String> taken = new ArrayList<>(names(own));
      for (Outside<E> each : search.get()) {
        String name = each.entry().name();
        if (taken.contains(name)) {
          throw new WeftException(
              Problem.BAD_VALUE,
              Text.format(
                  "plugins: %s names %s, which there is already; give it another name",
                  each.origin(), name));
        }
        taken.add(name);
        origins.put(each.entry(), each.origin());
      }
      found = Optional.of(origins);
    }
    return found.get();
  }

  private static List<String> names(List<? extends Named> entries) {
    return entries.stream().map(Named::name).toList();
  }
}
