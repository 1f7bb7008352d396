package dev.weft.core.registry;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Something named that is not Weft's own.
 *
 * @param origin the jar it comes from, with its SHA-256, or the folder of its classes
 */
public record Outside<E extends Named>(E entry, String origin) {

  /**
   * All that {@link ServiceLoader} finds where this thread looks for classes.
   *
   * @param service lists entries; a jar names its implementation in {@code META-INF/services}
   * @throws WeftException if an implementation cannot be loaded
   */
  public static <S, E extends Named> List<Outside<E>> of(
      Class<S> service, Function<S, List<E>> entries) {
    List<Outside<E>> found = new ArrayList<>();
    try {
      for (S provider : ServiceLoader.load(service)) {
        String origin = origin(provider.getClass());
        answer(provider.getClass().getName(), origin, () -> listed(provider, entries))
            .forEach(entry -> found.add(new Outside<>(entry, origin)));
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format(
              "plugins: a %s cannot be loaded: %s; build it against this version of Weft",
              service.getSimpleName(), e.getMessage()),
          e);
    }
    return found;
  }

  private static <S, E extends Named> List<E> listed(S provider, Function<S, List<E>> entries) {
    List<E> listed = List.copyOf(entries.apply(provider));
    if (listed.stream().map(Named::name).anyMatch(name -> name == null || name.isBlank())) {
      throw new IllegalStateException("it lists something without a name");
    }
    return listed;
  }

  /**
   * What code from outside gives. Its failures are not Weft's, and neither are missing answers.
   *
   * @param who answers
   * @param origin of who answers
   * @throws WeftException if it fails, or gives nothing
   */
  static <T> T answer(String who, String origin, Supplier<T> question) {
    try {
      return Objects.requireNonNull(question.get(), "it gives nothing");
    } catch (WeftException e) {
      throw e;
    } catch (RuntimeException | LinkageError | AssertionError e) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format("plugins: %s of %s fails: %s; mend it or take its jar away", who, origin, e),
          e);
    }
  }

  private static String origin(Class<?> provider) {
    CodeSource source = provider.getProtectionDomain().getCodeSource();
    if (source == null) {
      return provider.getName();
    }
    try {
      Path place = Path.of(source.getLocation().toURI());
      return Files.isDirectory(place)
          ? Text.format("classes in %s", place.getFileName())
          : Text.format("%s %s", place.getFileName(), digest(place));
    } catch (URISyntaxException | IOException e) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format("plugins: %s cannot be read; check the path", source.getLocation()),
          e);
    }
  }

  private static Digest digest(Path file) throws IOException {
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file))) {
      return Digest.of(bytes);
    }
  }
}
