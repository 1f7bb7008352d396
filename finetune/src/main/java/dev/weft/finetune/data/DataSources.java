package dev.weft.finetune.data;

import dev.weft.core.Text;
import dev.weft.core.config.DataConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.registry.Origins;
import dev.weft.core.registry.Outside;
import dev.weft.core.registry.Registry;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The registry of data sources: a new one is a file of its own and a line here, or comes from a
 * user's jar ({@link DataProvider}).
 */
public final class DataSources {
  private static final Registry<DataSource> REGISTRY =
      new Registry<>(
          List.of(WordNetGlosses.CARD, JsonLines.CARD, CsvFile.CARD),
          () -> Outside.of(DataProvider.class, DataProvider::sources));

  private DataSources() {}

  public static List<String> names() {
    return REGISTRY.names();
  }

  /**
   * All texts with their classes, in the order of the source.
   *
   * @throws WeftException if no data source reads it so, or naming file and line if it is missing
   *     or malformed
   */
  static List<TextExample> labelled(String source, DataConfig config) {
    return labelled(source, config, DataSources::refuse);
  }

  /**
   * The same, without the records that cannot be read.
   *
   * @param bad is told the complaint about each of them
   */
  static List<TextExample> labelled(String source, DataConfig config, Consumer<WeftException> bad) {
    return read(source, config, bad, DataSource::labelled, "labelled texts are read from");
  }

  /** All texts to learn to write; throws likewise. */
  static List<LanguageExample> language(String source, DataConfig config) {
    return language(source, config, DataSources::refuse);
  }

  /** The same, without the records that cannot be read. */
  static List<LanguageExample> language(
      String source, DataConfig config, Consumer<WeftException> bad) {
    return read(source, config, bad, DataSource::language, "a language model learns from");
  }

  private static void refuse(WeftException complaint) {
    throw complaint;
  }

  private static <E> List<E> read(
      String source,
      DataConfig config,
      Consumer<WeftException> bad,
      Function<DataSource, Optional<DataSource.Reader<E>>> kind,
      String purpose) {
    DataSource found =
        find(source)
            .filter(each -> kind.apply(each).isPresent())
            .orElseThrow(() -> unread(source, kind, purpose));
    return REGISTRY.ask(found, each -> kind.apply(each).orElseThrow().read(source, config, bad));
  }

  private static <E> WeftException unread(
      String source, Function<DataSource, Optional<DataSource.Reader<E>>> kind, String purpose) {
    return new WeftException(
        Problem.BAD_VALUE,
        Text.format(
            "data: %s is not what %s, which is %s; name such a source, or convert it",
            source,
            purpose,
            String.join(" or ", REGISTRY.names(each -> kind.apply(each).isPresent()))));
  }

  /** The one that says most of the source's name. */
  private static Optional<DataSource> find(String source) {
    return REGISTRY.all().stream()
        .filter(each -> each.reads(source))
        .max(Comparator.comparingInt(each -> each.name().length()));
  }

  /**
   * Training examples where the configuration leaves their number open.
   *
   * @param examples how many there are
   */
  static int mostTrained(String source, int examples) {
    return find(source).flatMap(DataSource::mostTrained).orElse(examples);
  }

  /** Whether what a configuration names is a file. */
  public static boolean isFile(String source) {
    return find(source).filter(DataSource::isFile).isPresent();
  }

  /** Where the readers of the configured sources come from, unless they are Weft's own. */
  public static Origins origins(DataConfig config) {
    return Stream.of(Optional.of(config.source()), config.testSource(), config.publicSource())
        .flatMap(Optional::stream)
        .flatMap(source -> find(source).stream())
        .map(REGISTRY::origins)
        .reduce(Origins.none(), Origins::and);
  }
}
