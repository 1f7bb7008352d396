package dev.weft.finetune.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.weft.checkpoint.Architecture;
import dev.weft.checkpoint.EmbeddedModel;
import dev.weft.checkpoint.OpenModel;
import dev.weft.checkpoint.quantization.QuantSchemes;
import dev.weft.checkpoint.quantization.QuantizedCheckpoint;
import dev.weft.finetune.ModelTokenizer;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Precision;
import dev.weft.text.TokenizedSet;
import dev.weft.text.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The unquantized embedded model, read and run by us, against ONNX Runtime. */
class MiniLmTest {
  private static final List<String> TEXTS =
      List.of(
          "a small domesticated carnivorous mammal",
          "the state of being",
          "an implement used to loosen, turn and aerate the soil of a garden before planting");

  @Test
  void hiddenStatesEqualOnnxRuntime() throws IOException, OrtException {
    OpenModel files = EmbeddedModel.open();
    TokenizedSet texts;
    try (Tokenizer tokenizer = Tokenizer.open(ModelTokenizer.of(files), 48)) {
      texts = tokenizer.encode(TEXTS, new int[TEXTS.size()]);
    }
    TokenBatch batch = TokenBatch.of(texts, new int[] {0, 1, 2});
    float[] ours;
    int hidden;
    try (Arena arena = Arena.open()) {
      Kernels kernels = Kernels.ofModel(arena, "bert");
      Transformer transformer =
          new Transformer(frozen(arena, files, kernels), kernels, 0, Optional.empty());
      hidden = transformer.frozen().family().hidden();
      ours = transformer.hidden(arena, batch, WeightChange.NONE).toFloats();
    }

    for (int example = 0; example < texts.size(); example++) {
      float[][] expected = onnxRuntime(texts, example);
      for (int t = 0; t < expected.length; t++) {
        for (int i = 0; i < hidden; i++) {
          assertThat(ours[(example * batch.length() + t) * hidden + i])
              .isCloseTo(expected[t][i], within(1e-5f));
        }
      }
    }
  }

  private static FrozenTransformer frozen(Arena arena, OpenModel files, Kernels kernels) {
    return FrozenTransformer.load(
        arena,
        kernels,
        new BertFamily(((Architecture.Encoder) files.architecture()).shape()),
        new CheckpointWeights(QuantizedCheckpoint.of(files), QuantSchemes.named("none")),
        Precision.FLOAT32);
  }

  private static float[][] onnxRuntime(TokenizedSet texts, int example)
      throws IOException, OrtException {
    int tokens = texts.tokens(example);
    long[][] ids = new long[1][tokens];
    long[][] ones = new long[1][tokens];
    for (int t = 0; t < tokens; t++) {
      ids[0][t] = texts.token(example, t);
      ones[0][t] = 1;
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (InputStream model = MiniLmTest.class.getResourceAsStream("/all-minilm-l6-v2.onnx");
        OrtSession session = environment.createSession(model.readAllBytes());
        OnnxTensor input = OnnxTensor.createTensor(environment, ids);
        OnnxTensor mask = OnnxTensor.createTensor(environment, ones);
        OnnxTensor kind = OnnxTensor.createTensor(environment, new long[1][tokens]);
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", input, "attention_mask", mask, "token_type_ids", kind))) {
      return ((float[][][]) result.get(0).getValue())[0];
    }
  }
}
