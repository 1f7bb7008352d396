package dev.weft.finetune.data;

import dev.weft.core.config.DataConfig;
import dev.weft.core.error.WeftException;
import dev.weft.core.registry.Named;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A kind of place that examples are read from, as it is registered.
 *
 * @param name what {@code data.source} is for it: how it ends if the name begins with a point
 *     ({@code .csv}), how it begins if the name ends with a colon ({@code acme:}), else all of it
 * @param labelled reads texts with their classes; empty if it holds none
 * @param language reads texts to learn to write; empty if it holds none
 * @param mostTrained training examples where the configuration leaves their number open; empty for
 *     all
 */
public record DataSource(
    String name,
    Optional<Reader<TextExample>> labelled,
    Optional<Reader<LanguageExample>> language,
    Optional<Integer> mostTrained)
    implements Named {

  /** Reads all examples, in the order of the source. */
  @FunctionalInterface
  public interface Reader<E> {

    /**
     * @param source the value of {@code data.source}, {@code data.test-source} or {@code
     *     data.public-source}
     * @param config says what the parts of an example are called
     * @throws dev.weft.core.error.WeftException naming the place if the source is missing or
     *     malformed
     */
    List<E> read(String source, DataConfig config);

    /**
     * The same, passing over records that cannot be read.
     *
     * @param bad is told the complaint about each of them, and may throw it; a reader that cannot
     *     pass over any throws it itself
     */
    default List<E> read(String source, DataConfig config, Consumer<WeftException> bad) {
      return read(source, config);
    }
  }

  /** A reader that goes on after a record that it cannot read. */
  @FunctionalInterface
  interface Forgiving<E> extends Reader<E> {
    @Override
    List<E> read(String source, DataConfig config, Consumer<WeftException> bad);

    @Override
    default List<E> read(String source, DataConfig config) {
      return read(
          source,
          config,
          complaint -> {
            throw complaint;
          });
    }
  }

  /** A source of texts with classes, all of which are used. */
  public static DataSource ofLabelled(String name, Reader<TextExample> reader) {
    return new DataSource(name, Optional.of(reader), Optional.empty(), Optional.empty());
  }

  /** A source of texts to learn to write, all of which are used. */
  public static DataSource ofLanguage(String name, Reader<LanguageExample> reader) {
    return new DataSource(name, Optional.empty(), Optional.of(reader), Optional.empty());
  }

  /** Whether it reads what a configuration names. */
  boolean reads(String source) {
    if (isFile()) {
      return source.toLowerCase(Locale.ROOT).endsWith(name);
    }
    return name.endsWith(":") ? source.startsWith(name) : source.equals(name);
  }

  /** Whether what it reads is a file. */
  boolean isFile() {
    return name.startsWith(".");
  }
}
