package dev.weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.checkpoint.EncoderShape;
import dev.weft.finetune.transformer.BertFamily;
import org.junit.jupiter.api.Test;

final class UsefulWorkTest {

  @Test
  void sequenceOfAnEncoderCountsWhatItsProductsTake() {
    // 1 block, width 4, 2 heads, feed-forward 8: 4 matrices of 4 x 4 and 2 of 8 x 4; 3 tokens
    double linears = 4.0 * 3 * (4 * 16 + 2 * 32);
    double attention = 12.0 * (3 * 3) * 4;

    assertThat(UsefulWork.flops(new BertFamily(new EncoderShape(1, 4, 2, 8, 10, 16, 1e-12)), 3))
        .isEqualTo(linears + attention);
  }

  @Test
  void sequenceOfADecoderCountsItsHeadAndOnlyTheKeysThatATokenSees() {
    // 2 blocks, width 64, 2 query heads and 1 key-value head of 32, feed-forward 128; 3 tokens
    double block = 64 * 64 + 2 * 32 * 64 + 64 * 64 + 3 * 128 * 64;
    double linears = 4.0 * 3 * 2 * block;
    double attention = 2 * 12.0 * (1 + 2 + 3) * 64;
    double head = 4.0 * 2 * 500 * 64;

    assertThat(UsefulWork.flops(Shape.TINY.family(), 3)).isEqualTo(linears + attention + head);
  }

  @Test
  void tokenOfSmolLm2TakesTheWorkThatTheEngineReferenceStates() {
    // 538 MFLOP without attention, which adds 2.5 % at 128 tokens, and a head at every position
    double perToken = UsefulWork.flops(Shape.SMOLLM2_135M.family(), 128) / 128;

    assertThat(perToken / 538e6).isCloseTo(1.02, within(0.01));
  }
}
