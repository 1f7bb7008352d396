package dev.weft.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.checkpoint.Architecture;
import dev.weft.checkpoint.ModelFiles;
import dev.weft.checkpoint.OpenModel;
import dev.weft.checkpoint.SafetensorsCheckpoint;
import dev.weft.checkpoint.quantization.QuantSchemes;
import dev.weft.checkpoint.quantization.QuantizedCheckpoint;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.method.LocalRound;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.peft.PeftAdapter;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import dev.weft.core.tensor.Tensor;
import dev.weft.finetune.ModelTokenizer;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Precision;
import dev.weft.finetune.training.FineTuner;
import dev.weft.finetune.training.ShuffledPasses;
import dev.weft.finetune.training.TrainingJob;
import dev.weft.finetune.training.TrainingListener;
import dev.weft.finetune.transformer.CheckpointWeights;
import dev.weft.finetune.transformer.FrozenTransformer;
import dev.weft.finetune.transformer.LinearSite;
import dev.weft.finetune.transformer.LlamaFamily;
import dev.weft.text.TokenizedSet;
import dev.weft.text.Tokenizer;
import dev.weft.text.TokenizerDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Trains LoRA on a text and writes down all that {@code loss_curve.py} needs to do the same with
 * PEFT: the base, decoded to float32, the initial adapter, the batches and the loss of every step.
 */
public final class LossCurve {
  private static final ChainAdapter LORA = ChainAdapter.lora(8, 2);
  private static final Seed SEED = new Seed(1);
  private static final List<String> TARGETS = List.of("q_proj", "k_proj", "v_proj", "o_proj");
  private static final int SEQUENCES = 4;
  private static final int TOKENS = 128;
  private static final LocalTraining TRAINING = LocalTraining.ofSteps(50, SEQUENCES, 1e-3);
  private static final Map<Precision, String> FILES =
      new EnumMap<>(
          Map.of(
              Precision.FLOAT32, "weft-losses.json", Precision.BFLOAT16, "weft-losses-bf16.json"));

  private final Path folder;
  private final Architecture.Decoder model;
  private final TokenizedSet data;

  private LossCurve(Path folder, Architecture.Decoder model, TokenizedSet data) {
    this.folder = folder;
    this.model = model;
    this.data = data;
  }

  /**
   * @param arguments the folder to write, the model as {@code model.source} names it, a text file,
   *     and the precisions to train in, such as {@code float32}
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    OpenModel model = ModelFiles.open(arguments[1]);
    if (!(model.architecture() instanceof Architecture.Decoder decoder)) {
      throw new IllegalArgumentException("arguments: the model must be a Llama");
    }
    HuggingFaceFolder.write(
        folder.resolve("model"),
        decoder.shape(),
        new CheckpointWeights(QuantizedCheckpoint.of(model), QuantSchemes.named("as-is")));
    LossCurve curve =
        new LossCurve(
            folder,
            decoder,
            pieces(Files.readString(Path.of(arguments[2])), ModelTokenizer.of(model)));
    for (String precision : Arrays.copyOfRange(arguments, 3, arguments.length)) {
      curve.train(Precision.valueOf(precision.toUpperCase(Locale.ROOT)));
    }
  }

  /** The text cut into sequences of one length; what is left over is left out. */
  private static TokenizedSet pieces(String text, TokenizerDefinition definition) {
    try (Tokenizer tokenizer = Tokenizer.open(definition, Integer.MAX_VALUE)) {
      int[] ids = tokenizer.encode(text);
      int[][] pieces =
          IntStream.range(0, ids.length / TOKENS)
              .mapToObj(piece -> Arrays.copyOfRange(ids, piece * TOKENS, (piece + 1) * TOKENS))
              .toArray(int[][]::new);
      return TokenizedSet.continued(pieces, new int[pieces.length]);
    }
  }

  private void train(Precision precision) throws IOException {
    try (Arena arena = Arena.open()) {
      Kernels kernels = Kernels.ofModel(arena, new LlamaFamily(model.shape()).kernel());
      FineTuner tuner =
          new FineTuner(
              FrozenTransformer.load(
                  arena,
                  kernels,
                  new LlamaFamily(model.shape()),
                  new CheckpointWeights(
                      QuantizedCheckpoint.of(
                          SafetensorsCheckpoint.open(folder.resolve("model")), Optional.empty()),
                      QuantSchemes.named("as-is")),
                  precision),
              kernels,
              sites(),
              Optional.empty());
      Adapter adapter = adapter(tuner.target(1));
      write(adapter);
      Losses losses = new Losses();
      tuner.train(
          new TrainingJob(adapter, List.of(), LocalRound.only(TRAINING), data, SEED), losses);
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      ArrayNode values = json.putArray("losses");
      losses.byStep.forEach(values::add);
      Files.writeString(folder.resolve(FILES.get(precision)), json + "\n");
    }
  }

  private List<LinearSite> sites() {
    LlamaFamily family = new LlamaFamily(model.shape());
    return IntStream.range(0, family.layers())
        .boxed()
        .flatMap(layer -> family.linears(layer).stream())
        .filter(site -> TARGETS.stream().anyMatch(target -> site.name().endsWith(target)))
        .toList();
  }

  /** LoRA's own start: A Kaiming uniform, B zero. */
  private static Adapter adapter(AdapterTarget target) {
    SeededRandom random = SEED.of("adapter").random();
    return new Adapter(
        LORA,
        target,
        LORA.zeros(target)
            .map((name, zeros) -> Part.of(name) == Part.A ? kaiming(random, zeros) : zeros));
  }

  private static Tensor kaiming(SeededRandom random, Tensor like) {
    float[] values = new float[like.size()];
    double bound = 1 / Math.sqrt(like.dimension(1));
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (bound * (2 * random.nextDouble() - 1));
    }
    return Tensor.of(values, like.shapeArray());
  }

  /** The adapter and the batches, which are the same in every precision. */
  private void write(Adapter adapter) throws IOException {
    Map<Part, Origin> origins = new EnumMap<>(Part.class);
    adapter.form().parts().forEach(part -> origins.put(part, new Origin.Fetched()));
    PeftAdapter.write(
        folder.resolve("adapter"),
        GlobalState.initial(adapter, origins),
        model.peft(folder.resolve("model").toString()));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("learningRate", TRAINING.learningRate());
    ArrayNode batches = json.putArray("batches");
    ArrayNode prompts = json.putArray("promptTokens");
    for (int[] examples : new ShuffledPasses().round(data, TRAINING, SEED, 1)) {
      ArrayNode batch = batches.addArray();
      ArrayNode prompt = prompts.addArray();
      for (int example : examples) {
        ArrayNode ids = batch.addArray();
        IntStream.range(0, data.tokens(example)).forEach(i -> ids.add(data.token(example, i)));
        prompt.add(data.promptTokens(example));
      }
    }
    Files.writeString(folder.resolve("batches.json"), json + "\n");
  }

  /** The loss of every step, from the running mean over examples. */
  private static final class Losses implements TrainingListener {
    private final List<Double> byStep = new ArrayList<>();
    private long examples;
    private double sum;

    @Override
    public void progress(long examplesDone, long examplesTotal, double meanLoss) {
      double newSum = meanLoss * examplesDone;
      byStep.add((newSum - sum) / (examplesDone - examples));
      examples = examplesDone;
      sum = newSum;
    }

    @Override
    public boolean cancelled() {
      return false;
    }
  }
}
