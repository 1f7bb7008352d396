package dev.weft.core.peft;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import dev.weft.core.Text;
import dev.weft.core.adapter.AdapterForm;
import dev.weft.core.adapter.PeftForm;
import dev.weft.core.error.FileContent;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code adapter_config.json}, read as PEFT 0.21 reads it: which modules are adapted, with which
 * rank and scale each. A module is named as PEFT names it, without {@code base_model.model.}.
 *
 * <p>Every field is read, known to change nothing about an adapter that is loaded, or refused by
 * name.
 */
final class PeftConfig {
  /** Read below. */
  private static final Set<String> READ =
      Set.of(
          "peft_type",
          "task_type",
          "r",
          "lora_alpha",
          "rank_pattern",
          "alpha_pattern",
          "use_rslora",
          "target_modules",
          "exclude_modules",
          "layers_to_transform",
          "layers_pattern",
          "modules_to_save",
          "init_lora_weights",
          "bias");

  /**
   * Information, and what matters in training only, besides the settings of {@link PeftForm}s. PEFT
   * resets {@code fan_in_fan_out} for linear layers, and the models here have no others; {@code
   * init_lora_weights} decides which of the initialisations' own settings count.
   */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "base_model_name_or_path",
          "revision",
          "auto_mapping",
          "peft_version",
          "inference_mode",
          "fan_in_fan_out",
          "init_weights",
          "megatron_core",
          "qalora_group_size",
          "loftq_config",
          "eva_config",
          "corda_config",
          "lora_ga_config",
          "runtime_config");

  /** Starts that leave the base model as it is. */
  private static final Set<String> STARTS_BESIDE_THE_BASE =
      Set.of("true", "false", "gaussian", "eva", "orthogonal", "mica");

  private static final Pattern CONVERTIBLE_START =
      Pattern.compile("(pissa(_niter_\\d+)?|olora|corda|lora_ga)");

  private static final Pattern LAYER_NUMBER = Pattern.compile(".*?\\.[^.]*\\.(\\d+)\\.");

  private final Path folder;
  private final ConfigObject fields;

  private PeftConfig(Path folder, ConfigObject fields) {
    this.folder = folder;
    this.fields = fields;
  }

  private static Stream<PeftForm> forms() {
    return AdapterForm.kinds().stream().flatMap(kind -> kind.peft().stream());
  }

  /**
   * Reads the file of an adapter's folder.
   *
   * @throws WeftException if it cannot be read, or asks for what has no place here
   */
  static PeftConfig read(Path folder) {
    Path file = folder.resolve(PeftAdapter.CONFIG);
    if (!Files.isReadable(file)) {
      throw new WeftException(
          Problem.MISSING_FILE, Text.format("%s: cannot be read; check the path", file));
    }
    FileContent.requireGenuine(file);
    try {
      Config config =
          ConfigFactory.parseFile(
              file.toFile(), ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
      PeftConfig read = new PeftConfig(folder, config.root());
      read.refuseWhatHasNoPlace();
      return read;
    } catch (ConfigException e) {
      throw new WeftException(
          Problem.BAD_CHECKPOINT, Text.format("%s: is not JSON; save the adapter again", file), e);
    }
  }

  private void refuseWhatHasNoPlace() {
    PeftForm form = form();
    if (!text("bias").orElse("none").equals("none")) {
      throw unmerged(Text.format("trains biases (bias = %s)", text("bias").orElseThrow()));
    }
    refuseStartsThatChangeTheBase();
    for (Map.Entry<String, ConfigValue> field : fields.entrySet()) {
      boolean known =
          READ.contains(field.getKey())
              || WITHOUT_EFFECT.contains(field.getKey())
              || form.settings().containsKey(field.getKey());
      if (!known && isSet(field.getValue())) {
        throw unmerged(
            Text.format("%s sets %s, which has no place here", PeftAdapter.CONFIG, field.getKey()));
      }
    }
  }

  private void refuseStartsThatChangeTheBase() {
    String start = text("init_lora_weights").orElse("false").toLowerCase(Locale.ROOT);
    if (CONVERTIBLE_START.matcher(start).matches()) {
      throw new WeftException(
          Problem.BAD_CHECKPOINT,
          Text.format(
              "%s: init_lora_weights = %s took the adapter's start away from the base model, and"
                  + " the adapter fits that changed base only; convert it in PEFT with"
                  + " save_pretrained(path_initial_model_for_weight_conversion=...)",
              folder, start));
    }
    if (!STARTS_BESIDE_THE_BASE.contains(start)) {
      throw unmerged(
          Text.format(
              "init_lora_weights = %s may change the base model, and the adapter fits that changed"
                  + " base only",
              start));
    }
  }

  /** What Python takes for true, and PEFT for set. */
  private static boolean isSet(ConfigValue value) {
    Object plain = value.unwrapped();
    if (plain instanceof List<?> list) {
      return !list.isEmpty();
    }
    if (plain instanceof Map<?, ?> map) {
      return !map.isEmpty();
    }
    if (plain instanceof Number number) {
      return number.doubleValue() != 0;
    }
    return plain != null && !plain.equals(false) && !plain.equals("");
  }

  /** The kind of adapter that it is. */
  PeftForm form() {
    List<PeftForm> ofType =
        forms().filter(form -> text("peft_type").equals(Optional.of(form.type()))).toList();
    return ofType.stream()
        .filter(form -> form.flag().filter(this::flag).isPresent())
        .findFirst()
        .or(() -> ofType.stream().filter(form -> form.flag().isEmpty()).findFirst())
        .orElseThrow(
            () ->
                bad(
                    Text.format(
                        "is not a LoRA adapter but %s", text("peft_type").orElse("of no kind"))));
  }

  /** CAUSAL_LM, SEQ_CLS and so on; empty where nothing is said. */
  Optional<String> taskType() {
    return text("task_type");
  }

  /** Modules beside the adapted ones that are saved whole. */
  List<String> modulesToSave() {
    return texts("modules_to_save");
  }

  /**
   * Whether a module's factors may be of a rank. Where no scale depends on it, it decides nothing,
   * and for HiRA PEFT itself does not follow the {@code rank_pattern} that it writes.
   */
  boolean allowsRank(String module, int rank) {
    return form().scaled().isPresent() || rank(module) == rank;
  }

  /** The declared rank of a module's factors. */
  double rank(String module) {
    return pattern("rank_pattern", module).orElse(number("r", 8));
  }

  /** What a module's product is multiplied by. */
  double scale(String module) {
    if (form().scaled().isPresent()) {
      return 1;
    }
    double alpha = pattern("alpha_pattern", module).orElse(number("lora_alpha", 8));
    double rank = rank(module);
    return alpha / (flag("use_rslora") ? Math.sqrt(rank) : rank);
  }

  /** The value of the first key that matches the module's name or an end of it. */
  private Optional<Double> pattern(String field, String module) {
    if (!present(field)) {
      return Optional.empty();
    }
    if (!(fields.get(field) instanceof ConfigObject patterns)) {
      throw bad(Text.format("has no object in %s", field));
    }
    List<ConfigValue> matching =
        patterns.entrySet().stream()
            .filter(
                entry ->
                    regex(field, "(.*\\.)?(" + entry.getKey() + ")$").matcher(module).lookingAt())
            .map(Map.Entry::getValue)
            .sorted(Comparator.comparingInt(PeftConfig::line))
            .toList();
    if (matching.size() > 1 && line(matching.get(0)) == line(matching.get(1))) {
      throw bad(
          Text.format(
              "has two keys of %s for %s on one line, where the first counts; write each on a line"
                  + " of its own",
              field, module));
    }
    return matching.stream().findFirst().map(value -> number(value, field));
  }

  /** The parser forgets the order of keys, but not where their values stood. */
  private static int line(ConfigValue value) {
    return value.origin().lineNumber();
  }

  /** Whether a linear module gets an adapter; empty where the file leaves it to the model. */
  Optional<Boolean> targets(String module) {
    if (!present("target_modules")) {
      return Optional.empty();
    }
    return Optional.of(
        !names("exclude_modules", module)
            && modulesToSave().stream()
                .noneMatch(
                    saved ->
                        regex("modules_to_save", "(^|.*\\.)" + saved + "($|\\..*)")
                            .matcher(module)
                            .lookingAt())
            && (isAllLinear() || names("target_modules", module))
            && isTransformed(module));
  }

  private boolean isAllLinear() {
    return isText("target_modules")
        && text("target_modules").orElseThrow().equalsIgnoreCase("all-linear");
  }

  /** A text is an expression for the whole name, a list holds ends of names. */
  private boolean names(String field, String module) {
    if (isText(field)) {
      return regex(field, text(field).orElseThrow()).matcher(module).matches();
    }
    return texts(field).stream()
        .anyMatch(name -> module.equals(name) || module.endsWith("." + name));
  }

  private boolean isTransformed(String module) {
    if (!present("layers_to_transform") || isText("target_modules")) {
      return true;
    }
    List<String> layers = texts("layers_to_transform");
    return layers.isEmpty() || layerNumber(module).filter(layers::contains).isPresent();
  }

  private Optional<String> layerNumber(String module) {
    List<String> lists = texts("layers_pattern").stream().filter(list -> !list.isEmpty()).toList();
    Stream<Pattern> patterns =
        lists.isEmpty()
            ? Stream.of(LAYER_NUMBER)
            : lists.stream()
                .map(list -> regex("layers_pattern", "(?:^|.*?\\.)" + list + "\\.(\\d+)\\."));
    return patterns
        .map(pattern -> pattern.matcher(module))
        .filter(Matcher::lookingAt)
        .map(found -> found.group(found.groupCount()))
        .findFirst();
  }

  /** A Python expression; what it has under other names in Java is renamed. */
  private Pattern regex(String field, String expression) {
    try {
      return Pattern.compile(
          expression
              .replace("(?P<", "(?<")
              .replaceAll("\\(\\?P=(\\w+)\\)", "\\\\k<$1>")
              .replace("\\Z", "\\z"));
    } catch (PatternSyntaxException e) {
      throw bad(Text.format("has the unreadable expression %s in %s", expression, field));
    }
  }

  private boolean present(String field) {
    return fields.get(field) != null && fields.get(field).unwrapped() != null;
  }

  private boolean isText(String field) {
    return present(field) && fields.get(field).unwrapped() instanceof String;
  }

  private Optional<String> text(String field) {
    return present(field)
        ? Optional.of(fields.get(field).unwrapped().toString())
        : Optional.empty();
  }

  /** A list, or one value in place of a list of one. */
  private List<String> texts(String field) {
    if (!present(field)) {
      return List.of();
    }
    return fields.get(field).unwrapped() instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of(text(field).orElseThrow());
  }

  private boolean flag(String field) {
    return text(field).equals(Optional.of("true"));
  }

  private double number(String field, double otherwise) {
    return present(field) ? number(fields.get(field), field) : otherwise;
  }

  private double number(ConfigValue value, String field) {
    if (value.unwrapped() instanceof Number number && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    throw bad(Text.format("has no number in %s", field));
  }

  /** What no reading can mend. */
  WeftException bad(String what) {
    return new WeftException(
        Problem.BAD_CHECKPOINT,
        Text.format(
            "%s: %s; a PEFT adapter of this base model is needed, of type %s",
            folder,
            what,
            forms().map(PeftForm::type).distinct().collect(Collectors.joining(" or "))));
  }

  /** What PEFT can resolve into the weights. */
  private WeftException unmerged(String what) {
    return new WeftException(
        Problem.BAD_CHECKPOINT,
        Text.format(
            "%s: %s; save the adapter without it, or merge it into its model in PEFT"
                + " (merge_and_unload) and use that",
            folder, what));
  }
}
