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
import java.util.Map;
import java.util.Optional;

/** Reads {@code weft.conf} and command-line overrides over the documented defaults. */
public final class ConfigLoader {
  private static final String DEFAULTS = "weft-defaults.conf";
  private static final String OVERRIDE = "--set";

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
    Config defaults = defaults();
    ConfigKeys keys = ConfigKeys.of(defaults);
    Config config =
        resolve(
            overrides(overrides, keys)
                .withFallback(file.map(ConfigLoader::parse).orElse(ConfigFactory.empty()))
                .withFallback(defaults));
    keys.refuseUnknown(config);
    return ConfigBinder.bind(WeftConfig.class, config);
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

  private static Config overrides(Map<String, String> overrides, ConfigKeys keys) {
    Config config = ConfigFactory.empty();
    for (Map.Entry<String, String> override : overrides.entrySet()) {
      String key = override.getKey();
      if (keys.isSection(key)) {
        throw new WeftException(
            Problem.BAD_VALUE,
            Text.format(
                "%s: %s is a section; set one of its keys, such as %s",
                OVERRIDE,
                key,
                keys.keys().stream().filter(k -> k.startsWith(key + ".")).findFirst().get()));
      }
      if (!keys.contains(key)) {
        throw keys.unknown(OVERRIDE, key);
      }
      config = config.withValue(key, parseOverride(key, override.getValue().strip()));
    }
    return config;
  }

  private static ConfigValue parseOverride(String key, String text) {
    if (!text.startsWith("[") && !text.startsWith("\"")) {
      return ConfigValueFactory.fromAnyRef(text, OVERRIDE);
    }
    try {
      return ConfigFactory.parseString("value = " + text)
          .getValue("value")
          .withOrigin(ConfigOriginFactory.newSimple(OVERRIDE));
    } catch (ConfigException e) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format(
              "%s: %s cannot be read as %s; close its bracket or quote", OVERRIDE, key, text),
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
