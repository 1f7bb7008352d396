package dev.weft.finetune.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.core.config.ModelConfig;
import dev.weft.finetune.checkpoint.EncoderCheckpoint;
import dev.weft.finetune.quantization.QuantScheme;
import dev.weft.finetune.text.TokenizedSet;
import dev.weft.finetune.text.TokenizedSets;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.Kernels;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncoderTest {
  private static final EncoderCheckpoint CHECKPOINT = TinyEncoder.checkpoint(TinyEncoder.SHAPE, 1);
  private static final TokenizedSet DATA =
      TokenizedSet.concatenation(
          List.of(TokenizedSets.random(3, 9, 20, 3, 2), TokenizedSets.random(1, 9, 20, 3, 3)));

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aPaddedBatchEqualsTheReferenceExampleByExample(int unchanged) {
    ReferenceEncoder reference = new ReferenceEncoder(CHECKPOINT);
    try (Arena arena = Arena.open()) {
      Kernels kernels = Kernels.load(arena, "nf4.py", "encoder.py", "adapter.py", "classifier.py");
      Encoder encoder = new Encoder(frozen(arena, kernels), kernels, unchanged);
      EncoderBatch batch = EncoderBatch.of(arena, DATA, new int[] {0, 1, 2, 3});
      float[] pooled =
          kernels
              .callOne(
                  arena,
                  "pool",
                  encoder.hidden(arena, batch, encoder.weights(arena, WeightChange.NONE)),
                  batch.shares())
              .toFloats();

      for (int example = 0; example < 4; example++) {
        double[] expected = reference.pooled(DATA, example);
        for (int i = 0; i < expected.length; i++) {
          assertThat((double) pooled[example * expected.length + i])
              .isCloseTo(expected[i], within(1e-5));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void theTrainingForwardPassEqualsTheEvaluatingOneBitForBit(int unchanged) {
    try (Arena arena = Arena.open()) {
      Kernels kernels = Kernels.load(arena, "nf4.py", "encoder.py", "adapter.py");
      Encoder encoder = new Encoder(frozen(arena, kernels), kernels, unchanged);
      EncoderBatch batch = EncoderBatch.of(arena, DATA, new int[] {3, 1});

      assertThat(encoder.forward(arena, batch, WeightChange.NONE).hidden().toFloats())
          .isEqualTo(
              encoder.hidden(arena, batch, encoder.weights(arena, WeightChange.NONE)).toFloats());
    }
  }

  @Test
  void statesBelowTheAdaptersAreTheSameBitsInAnyBatchAndWhenSetsAreJoined() {
    TokenizedSet alone = DATA.parts().get(0);
    try (Arena arena = Arena.open()) {
      Kernels kernels = Kernels.load(arena, "nf4.py", "encoder.py", "adapter.py");
      FrozenPrefix prefix = new FrozenPrefix(frozen(arena, kernels), 1);
      float[] joined = prefix.enter(arena, EncoderBatch.of(arena, DATA, new int[] {2})).toFloats();
      float[] padded =
          prefix.enter(arena, EncoderBatch.of(arena, alone, new int[] {2, 0, 1})).toFloats();

      assertThat(Arrays.copyOf(padded, joined.length)).isEqualTo(joined);
    }
  }

  private static FrozenEncoder frozen(Arena arena, Kernels kernels) {
    return FrozenEncoder.load(
        arena, kernels, CHECKPOINT, QuantScheme.of(ModelConfig.Quantization.NONE));
  }
}
