package dev.weft.federation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Versions of everything that can change a run's bits. */
public final class Versions {
  private static final String RESOURCE = "weft-versions.properties";

  private Versions() {}

  /** This build of Weft. */
  public static String weft() {
    return built().getProperty("weft");
  }

  public static Map<String, String> all() {
    Map<String, String> versions = new TreeMap<>();
    built().forEach((component, version) -> versions.put(component.toString(), version.toString()));
    versions.put("java", System.getProperty("java.version"));
    versions.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return versions;
  }

  /** What the build wrote down. */
  private static Properties built() {
    Properties properties = new Properties();
    try (InputStream stream = Versions.class.getResourceAsStream("/" + RESOURCE)) {
      properties.load(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE + " cannot be read from the jar", e);
    }
    return properties;
  }
}
