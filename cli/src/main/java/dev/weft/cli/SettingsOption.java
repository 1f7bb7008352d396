package dev.weft.cli;

import dev.weft.core.config.Setting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** {@code --set}, the same for all commands that have a configuration. */
final class SettingsOption {
  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any configuration key, such as data.source=notes.jsonl; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  /** The keys that the command line sets. */
  Set<String> keys() {
    return settings.keySet();
  }

  List<Setting> list() {
    return Setting.of(settings);
  }
}
