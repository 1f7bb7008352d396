package dev.weft.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code weft.conf} and command-line overrides over the documented defaults. */
public final class ConfigLoader {
  private static final String DEFAULTS = "weft-defaults.conf";

  private ConfigLoader() {}

  /**
   * The configuration of a command. An override in brackets or quotes is read as HOCON; any other
   * is taken as it stands, so that paths and {@code embedded:} names need no quotes.
   *
   * @param file a HOCON file, if the user gave one
   * @param overrides {@code key=value} settings that win over the file, by full key
   * @throws WeftException naming file, line, key and what to do instead
   */
  public static WeftConfig load(Optional<Path> file, Map<String, String> overrides) {
    return load(file, Setting.of(overrides), List.of());
  }

  /**
   * The configuration of a command that has defaults of its own.
   *
   * @param overrides settings that win over the file; the last of a key counts
   * @param ownDefaults settings that win over the documented defaults only
   * @see #load(Optional, Map)
   */
  public static WeftConfig load(
      Optional<Path> file, List<Setting> overrides, List<Setting> ownDefaults) {
    Config defaults = defaults();
    ConfigKeys keys = ConfigKeys.of(defaults);
    Config config =
        resolve(
            overrides(overrides, keys)
                .withFallback(file.map(ConfigLoader::parse).orElse(ConfigFactory.empty()))
                .withFallback(overrides(ownDefaults, keys))
                .withFallback(defaults));
    keys.refuseUnknown(config);
    return ConfigBinder.bind(WeftConfig.class, config);
  }

  /**
   * Whether file or command line sets a key, even if to its default.
   *
   * @throws WeftException if either cannot be read
   */
  public static boolean isSet(Optional<Path> file, List<Setting> overrides, String key) {
    Config defaults = defaults();
    Config own =
        overrides(overrides, ConfigKeys.of(defaults))
            .withFallback(file.map(ConfigLoader::parse).orElse(ConfigFactory.empty()));
    return own.resolveWith(resolve(own.withFallback(defaults))).hasPath(key);
  }

  static Config defaults() {
    return ConfigFactory.parseResources(ConfigLoader.class.getClassLoader(), DEFAULTS).resolve();
  }

  private static Config parse(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format(
              "%s: no such configuration file; give the path of an existing weft.conf", file));
    }
    try {
      return ConfigFactory.parseFile(
          file.toFile(),
          ConfigParseOptions.defaults()
              .setOriginDescription(file.toString())
              .setAllowMissing(false));
    } catch (ConfigException e) {
      throw badSyntax(e);
    }
  }

  private static Config resolve(Config config) {
    try {
      return config.resolve();
    } catch (ConfigException e) {
      throw badSyntax(e);
    }
  }

  private static Config overrides(List<Setting> overrides, ConfigKeys keys) {
    Config config = ConfigFactory.empty();
    for (Setting override : overrides) {
      String key = override.key();
      if (keys.isSection(key)) {
        throw new WeftException(
            Problem.BAD_VALUE,
            Text.format(
                "%s: %s is a section; set one of its keys, such as %s",
                override.option(),
                key,
                keys.keys().stream().filter(k -> k.startsWith(key + ".")).findFirst().get()));
      }
      if (!keys.contains(key)) {
        throw keys.unknown(override.option(), key);
      }
      config = config.withValue(key, parsed(override, override.value().strip()));
    }
    return config;
  }

  private static ConfigValue parsed(Setting override, String text) {
    if (!text.startsWith("[") && !text.startsWith("\"")) {
      return ConfigValueFactory.fromAnyRef(text, override.option());
    }
    try {
      return ConfigFactory.parseString("value = " + text)
          .getValue("value")
          .withOrigin(ConfigOriginFactory.newSimple(override.option()));
    } catch (ConfigException e) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format(
              "%s: %s cannot be read as %s; close its bracket or quote",
              override.option(), override.key(), text),
          e);
    }
  }

  /** The parser's complaint without its advice on other file formats, after our form of place. */
  private static WeftException badSyntax(ConfigException e) {
    String place = e.origin() == null ? "" : Place.of(e.origin()) + ": ";
    if (e instanceof ConfigException.IO) {
      return new WeftException(
          Problem.MISSING_FILE,
          Text.format("%sthis included file cannot be read; check its path", place),
          e);
    }
    String complaint = e.getMessage();
    if (e.origin() != null && complaint.startsWith(e.origin().description() + ": ")) {
      complaint = complaint.substring(e.origin().description().length() + 2);
    }
    complaint = complaint.replaceFirst(",? or you may be able to rename the file[^)]*", "");
    return new WeftException(
        Problem.BAD_CONFIG_SYNTAX, Text.format("%s%s; mend this line", place, complaint), e);
  }
}
