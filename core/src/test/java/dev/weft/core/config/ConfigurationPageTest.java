package dev.weft.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import dev.weft.core.CommittedPage;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Generates {@code docs/configuration.md} from the configuration records and the defaults. */
class ConfigurationPageTest {
  private static final String INTRODUCTION =
      """
      # Configuration

      One file, `weft.conf`, in [HOCON](https://github.com/lightbend/config/blob/main/HOCON.md) serves every command. \
      Whatever it leaves out has the default below; `--set key=value` on the command line wins over it.

      ```hocon
      method { name = flora, rank = 16 }
      simulation.partition.alpha = 0.1
      round.progress-deadline = 10m
      ```

      - Text with `:`, `//`, `#` or other special characters needs quotes in the file: `"embedded:wordnet-glosses"`. \
      After `--set` it does not: only what starts with `[` or `"` is read as HOCON there.
      - A duration has its unit: `30s`, `5m`, `1h`.
      - `auto` lets Weft choose.
      - `include required("site.conf")` takes in another file; without `required`, HOCON passes over a missing one.
      - An unknown key or a bad value is an error that names its line; [errors.md](errors.md) explains the codes.
      """;

  @Test
  void configurationPageIsUpToDate() throws IOException {
    StringBuilder page =
        new StringBuilder(CommittedPage.notice("weft-defaults.conf and the records"))
            .append(INTRODUCTION);
    sections(WeftConfig.class, "", page);
    CommittedPage.assertUpToDate("configuration.md", page.toString());
  }

  private static void sections(Class<?> parent, String prefix, StringBuilder page) {
    for (RecordComponent component : parent.getRecordComponents()) {
      String key = prefix + ConfigBinder.kebab(component.getName());
      if (component.getType().isRecord()) {
        page.append("\n## ").append(key).append("\n\n").append(comment(key)).append("\n\n");
        table(component.getType(), key + ".", page);
        sections(component.getType(), key + ".", page);
      }
    }
  }

  private static void table(Class<?> section, String prefix, StringBuilder page) {
    page.append(CommittedPage.row("Key", "Type", "Default", "Meaning"));
    page.append("|---|---|---|---|\n");
    Config defaults = ConfigLoader.defaults();
    for (RecordComponent component : section.getRecordComponents()) {
      String key = prefix + ConfigBinder.kebab(component.getName());
      if (!component.getType().isRecord()) {
        ConfigValue value = defaults.getValue(key);
        page.append(
            CommittedPage.row(
                "`" + key + "`",
                type(component.getGenericType()),
                "`" + rendered(value) + "`",
                comment(key)));
      }
    }
  }

  private static String rendered(ConfigValue value) {
    String text = value.render(ConfigRenderOptions.concise());
    return text.matches("\"[A-Za-z0-9-]+\"") ? text.substring(1, text.length() - 1) : text;
  }

  /** As in errors, but without the constants of a choice: the meaning lists them. */
  private static String type(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      Type element = parameterized.getActualTypeArguments()[0];
      return parameterized.getRawType() == List.class
          ? element == Integer.class ? "list of whole numbers" : "list of names"
          : type(element) + " or auto";
    }
    if (type instanceof Class<?> enumType && enumType.isEnum()) {
      return "choice";
    }
    return ConfigBinder.describe(type).replaceFirst("^a ", "").replaceFirst(" with its.*", "");
  }

  static String comment(String key) {
    return String.join(" ", ConfigLoader.defaults().getValue(key).origin().comments()).strip();
  }
}
