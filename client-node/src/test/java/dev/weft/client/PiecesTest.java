package dev.weft.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.Digest;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PiecesTest {
  private static final TensorMap TENSORS = TensorMap.of(Map.of("a", Tensor.zeros(2, 3)));
  private static final Digest DIGEST = Digest.of(new byte[] {1});

  private final Pieces pieces = new Pieces();

  @Test
  void whatOneClientDecodedServesAllOthers() {
    Pieces.Piece first = pieces.get(DIGEST, 1, () -> TENSORS);
    Pieces.Piece second = pieces.get(DIGEST, 1, PiecesTest::nobodyDecodesAgain);

    assertThat(second).isSameAs(first);
    assertThat(pieces.tensors(second, 1)).containsSame(TENSORS);
  }

  @Test
  void aPieceOfEveryRoundIsHeldForEver() {
    Pieces.Piece factor = pieces.get(DIGEST, 1, () -> TENSORS);
    for (int round = 2; round < 20; round++) {
      pieces.begin(round);
      assertThat(pieces.get(DIGEST, round, PiecesTest::nobodyDecodesAgain)).isSameAs(factor);
    }

    assertThat(pieces.tensors(factor, 20)).isPresent();
  }

  /** Even though a client that was not asked since still holds it. */
  @Test
  void aPieceThatNobodyNeededForARoundIsForgotten() {
    Pieces.Piece old = pieces.get(DIGEST, 1, () -> TENSORS);
    pieces.begin(2);
    assertThat(pieces.tensors(old, 1)).isPresent();
    pieces.begin(3);

    assertThat(pieces.tensors(old, 3)).isEmpty();
    Pieces.Piece anew = pieces.get(DIGEST, 3, () -> TENSORS);
    assertThat(pieces.tensors(old, 3)).isEmpty();
    assertThat(pieces.tensors(anew, 3)).containsSame(TENSORS);
  }

  private static TensorMap nobodyDecodesAgain() {
    throw new AssertionError("decoded again");
  }
}
