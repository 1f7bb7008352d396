package dev.weft.cli;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;

/** Jars of the user's own, which registries look through beside the class path. */
final class Plugins {
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
    return jars.stream().sorted().map(Plugins::url).toList();
  }

  private static URL url(Path jar) {
    try {
      new JarFile(jar.toFile()).close();
    } catch (IOException e) {
      throw new WeftException(
          Problem.WRONG_CONTENT,
          Text.format("--plugins: %s is no jar; build it anew or take it away", jar),
          e);
    }
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException("a file is always a URL", e);
    }
  }
}
