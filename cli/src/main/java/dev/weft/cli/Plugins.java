package dev.weft.cli;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** Jars of the user's own, which registries look through beside the class path. */
final class Plugins {
  private static final String SERVICES = "META-INF/services/";

  private Plugins() {}

  /**
   * Lets this thread, and all that it starts, find classes in the folder's jars.
   *
   * @throws WeftException if there are none
   */
  static void open(Path folder) {
    List<URL> jars = jars(folder);
    if (jars.isEmpty()) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format("--plugins: %s holds no jar; name the folder that your jars are in", folder));
    }
    Thread thread = Thread.currentThread();
    thread.setContextClassLoader(
        new URLClassLoader("plugins", jars.toArray(URL[]::new), Weft.class.getClassLoader()));
  }

  private static List<URL> jars(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format("--plugins: %s is not a folder; name the one that your jars are in", folder));
    }
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
      files.forEach(jars::add);
    } catch (IOException e) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format("--plugins: %s cannot be read; change its permissions", folder),
          e);
    }
    List<Path> sorted = jars.stream().sorted().toList();
    List<URL> urls = sorted.stream().map(Plugins::url).toList();
    requireDistinctProviders(sorted);
    return urls;
  }

  /** Of two jars that hold a class of one name, only one would be seen: an old build, perhaps. */
  private static void requireDistinctProviders(List<Path> jars) {
    Map<String, Path> holders = new HashMap<>();
    for (Path jar : jars) {
      for (String provider : providers(jar)) {
        Path other = holders.put(provider, jar);
        if (other != null) {
          throw new WeftException(
              Problem.BAD_VALUE,
              Text.format(
                  "--plugins: %s and %s both hold %s; take one of them away",
                  other.getFileName(), jar.getFileName(), provider));
        }
      }
    }
  }

  /** The classes that a jar names as providers of some service. */
  private static Set<String> providers(Path jar) {
    Set<String> providers = new TreeSet<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : Collections.list(file.entries())) {
        if (entry.getName().startsWith(SERVICES) && !entry.isDirectory()) {
          String names =
              new String(file.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
          names
              .lines()
              .map(line -> line.replaceFirst("#.*", "").strip())
              .filter(name -> !name.isEmpty())
              .forEach(providers::add);
        }
      }
    } catch (IOException e) {
      throw unreadable(jar, e);
    }
    return providers;
  }

  private static WeftException unreadable(Path jar, IOException cause) {
    return new WeftException(
        Problem.WRONG_CONTENT,
        Text.format("--plugins: %s is no jar; build it anew or take it away", jar),
        cause);
  }

  private static URL url(Path jar) {
    try {
      new JarFile(jar.toFile()).close();
    } catch (IOException e) {
      throw unreadable(jar, e);
    }
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException("a file is always a URL", e);
    }
  }
}
