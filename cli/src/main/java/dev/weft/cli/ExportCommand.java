package dev.weft.cli;

import dev.weft.checkpoint.Architecture;
import dev.weft.checkpoint.GgufLora;
import dev.weft.core.Text;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.LowRank;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.peft.PeftAdapter;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.TaskKind;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes an adapter in the form that other programs load. */
@Command(
    name = "export",
    description = "Writes an adapter for PEFT and vLLM (safetensors) or llama.cpp (GGUF).",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  private enum Form {
    PEFT,
    GGUF
  }

  @Mixin private TunedModel tuned;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORM",
      description = "peft: a folder; gguf: a file.")
  private Form form;

  @Parameters(paramLabel = "TARGET", description = "Folder or file to write.")
  private Path target;

  private final Console console;

  ExportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (tuned.adapterFolder().isEmpty()) {
      throw new WeftException(
          Problem.BAD_VALUE, "--adapter: name the run or adapter folder to export");
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format("TARGET: %s exists already; name another one or remove it", target));
    }
    if (!Files.isDirectory(target.toAbsolutePath().getParent())) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format("TARGET: there is no folder that %s could be in; make it first", target));
    }
    WeftConfig config = tuned.config();
    try (BaseModel model = tuned.open(config)) {
      if (model.task() != TaskKind.LANGUAGE) {
        throw new WeftException(
            Problem.INVALID_COMBINATION,
            Text.format(
                "--adapter: %s is an encoder; its run folder already holds the PEFT form, and"
                    + " llama.cpp has none",
                model.facts().name()));
      }
      Adapter adapter = tuned.adapter(model, Optional.empty());
      switch (form) {
        case PEFT ->
            PeftAdapter.write(
                target, state(adapter), model.architecture().peft(config.model().source()));
        case GGUF ->
            GgufLora.write(target, (Architecture.Decoder) model.architecture(), factors(adapter));
      }
    }
    console.out().println("wrote " + target);
    return 0;
  }

  private static GlobalState state(Adapter adapter) {
    Map<Part, Origin> origins = new EnumMap<>(Part.class);
    adapter.form().parts().forEach(part -> origins.put(part, new Origin.Fetched()));
    return GlobalState.initial(adapter, origins);
  }

  /** Per layer the pair that is added to the base, the scale in its left factor. */
  private static Map<String, LowRank> factors(Adapter adapter) {
    if (!adapter.form().product()) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          "--to: GGUF has a place for pairs added to a weight, not for DoRA's magnitudes or HiRA's"
              + " multiplying pairs; export to peft");
    }
    Map<String, LowRank> factors = new LinkedHashMap<>();
    for (AdapterTarget.Layer layer : adapter.target().layers()) {
      factors.put(layer.name(), adapter.pair(layer));
    }
    return factors;
  }
}
