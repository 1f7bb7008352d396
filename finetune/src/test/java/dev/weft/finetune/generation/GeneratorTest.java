package dev.weft.finetune.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.Text;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.finetune.adapter.NativeAdapter;
import dev.weft.finetune.task.LanguageModelling;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.TinyEngine;
import dev.weft.finetune.transformer.TinyModel;
import dev.weft.finetune.transformer.TokenBatch;
import dev.weft.finetune.transformer.WeightChange;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GeneratorTest {
  private static final int[] PROMPT = {3, 1, 4};
  private static final int POSITIONS = TinyModel.LLAMA.family().positions();

  private static TinyEngine llama;

  @BeforeAll
  static void open() {
    llama = new TinyEngine(TinyModel.LLAMA);
  }

  @AfterAll
  static void close() {
    llama.close();
  }

  /** Keys and values that were remembered wrongly would show at the second token at the latest. */
  @ParameterizedTest
  @MethodSource("dev.weft.finetune.transformer.TinyModel#decoders")
  void theLikeliestTokenIsThatOfAPassOverTheWholeText(TinyModel model) {
    try (TinyEngine engine = new TinyEngine(model);
        Arena arena = Arena.open()) {
      NativeAdapter adapter =
          engine.attach(arena, model.randomAdapter(ChainAdapter.lora(3, 0.7f), 3));
      for (int[] prompt : List.of(PROMPT, new int[] {5})) {
        List<Integer> text = new ArrayList<>(IntStream.of(prompt).boxed().toList());
        while (text.size() < POSITIONS) {
          text.add(likeliestNext(engine, text, adapter));
        }
        List<Integer> generated =
            new Generator(engine.transformer(), engine.kernels)
                .generate(adapter, prompt, 100, token -> false, Sampling.greedy(), token -> true);

        assertThat(generated).isEqualTo(text.subList(prompt.length, POSITIONS));
      }
    }
  }

  @Test
  void theSameSeedDrawsTheSameTextAndAnotherSeedAnother() {
    List<Integer> text = generate(new Sampling(1.5, 0.95, new Seed(1)));

    assertThat(generate(new Sampling(1.5, 0.95, new Seed(1)))).isEqualTo(text);
    assertThat(generate(new Sampling(1.5, 0.95, new Seed(2)))).isNotEqualTo(text);
  }

  @Test
  void aTextEndsBeforeItsEndTokenAndNobodyHearsOfIt() {
    List<Integer> unended = generate(Sampling.greedy());
    int end = unended.get(4);
    List<Integer> heard = new ArrayList<>();
    List<Integer> ended =
        generator()
            .generate(
                WeightChange.NONE,
                PROMPT,
                100,
                token -> token == end,
                Sampling.greedy(),
                heard::add);

    assertThat(ended).isEqualTo(unended.subList(0, unended.indexOf(end)));
    assertThat(heard).isEqualTo(ended);
  }

  @Test
  void aTextIsNeverLongerThanAskedForNorThanThereArePositions() {
    assertThat(generate(Sampling.greedy())).hasSize(POSITIONS - PROMPT.length);
    assertThat(
            generator()
                .generate(
                    WeightChange.NONE, PROMPT, 4, token -> false, Sampling.greedy(), token -> true))
        .isEqualTo(generate(Sampling.greedy()).subList(0, 4));
    assertThat(continued(new int[POSITIONS - 1])).hasSize(1);
  }

  @Test
  void aPromptThatLeavesNoPositionIsRefused() {
    for (int length : List.of(POSITIONS, POSITIONS + 1)) {
      assertThatThrownBy(() -> continued(new int[length]))
          .isInstanceOf(WeftException.class)
          .hasMessageContaining(Text.format("the prompt has %d tokens", length));
    }
  }

  @Test
  void aListenerThatHasHeardEnoughEndsTheText() {
    List<Integer> heard = new ArrayList<>();
    List<Integer> text =
        generator()
            .generate(
                WeightChange.NONE,
                PROMPT,
                100,
                token -> false,
                Sampling.greedy(),
                token -> {
                  heard.add(token);
                  return heard.size() < 3;
                });

    assertThat(text).hasSize(3).isEqualTo(heard);
  }

  @Test
  void anEmptyPromptIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> continued(new int[0]))
        .withMessageStartingWith("prompt:");
  }

  private static Generator generator() {
    return new Generator(llama.transformer(), llama.kernels);
  }

  private static List<Integer> continued(int[] prompt) {
    return generator()
        .generate(WeightChange.NONE, prompt, 4, token -> false, Sampling.greedy(), token -> true);
  }

  private static List<Integer> generate(Sampling sampling) {
    return generator()
        .generate(WeightChange.NONE, PROMPT, 100, token -> false, sampling, token -> true);
  }

  private static int likeliestNext(TinyEngine engine, List<Integer> text, WeightChange change) {
    int[] ids = text.stream().mapToInt(Integer::intValue).toArray();
    // The set wants something to learn, so a token follows that the pass does not look at.
    int[] followed = Arrays.copyOf(ids, ids.length + 1);
    TokenizedSet set = TokenizedSet.continued(new int[][] {followed}, new int[1]);
    try (Arena arena = Arena.open()) {
      NativeArray hidden =
          engine.transformer().hidden(arena, TokenBatch.of(set, new int[] {0}), change);
      NativeArray last = engine.kernels.language().rows(arena, hidden, ids.length - 1, ids.length);
      float[] scores =
          new LanguageModelling(engine.kernels, engine.frozen).scores(arena, last).toFloats();
      return IntStream.range(0, scores.length)
          .reduce((a, b) -> scores[b] > scores[a] ? b : a)
          .getAsInt();
    }
  }
}
