package dev.weft.finetune.task;

import dev.weft.core.metrics.AnswerCounts;
import dev.weft.core.metrics.Evaluation;
import dev.weft.finetune.kernels.Kernels;
import dev.weft.finetune.kernels.LanguageKernels;
import dev.weft.finetune.torch.Arena;
import dev.weft.finetune.torch.NativeArray;
import dev.weft.finetune.transformer.FrozenTransformer;
import dev.weft.finetune.transformer.TokenBatch;
import dev.weft.text.TokenizedSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Every token after an example's prompt is foretold from those before it; a lane's loss is the mean
 * over its tokens. Only these positions pass the output layer, a few at a time, so that scores of a
 * whole vocabulary never exist for a whole batch.
 */
public record LanguageModelling(Kernels kernels, FrozenTransformer frozen) implements Task {
  /** Tokens whose rows of the output layer are decoded at once; they stay in the caches. */
  private static final int PIECE = 2048;

  /** Scores held at once: less than what malloc fetches from the system anew every time. */
  private static final long MOST_SCORES = 7L << 20;

  @Override
  public Losses losses(Arena arena, TokenBatch batch, NativeArray hidden, Head head) {
    Targets targets = Targets.of(batch);
    float[] weights = targets.weights(batch);
    double[] losses = new double[batch.lanes()];
    NativeArray dhidden;
    try (Arena scratch = arena.child()) {
      NativeArray states =
          kernels.language().pick(scratch, hidden, targets.positions(scratch, 0, targets.size()));
      List<NativeArray> parts = new ArrayList<>();
      for (int from = 0; from < targets.size(); from += chunk()) {
        int to = Math.min(from + chunk(), targets.size());
        NativeArray part = part(scratch, states, from, to);
        float[] byToken;
        try (Arena scores = scratch.child()) {
          LanguageKernels.LossesAndGradient step =
              kernels
                  .language()
                  .lossesAndGradient(
                      scores, scores(scores, part), targets.tokens(scores, from, to));
          byToken = step.losses().toFloats();
          parts.add(scratch.adopt(backward(scores, part, step.gradient())));
        }
        for (int i = from; i < to; i++) {
          losses[targets.lane(batch, i)] += (double) weights[i] * byToken[i - from];
        }
      }
      NativeArray byRow =
          kernels
              .language()
              .timesRows(
                  scratch,
                  kernels.adapter().join(scratch, parts, 0),
                  scratch.floats(weights, weights.length));
      dhidden =
          kernels
              .language()
              .put(
                  arena,
                  byRow,
                  targets.positions(scratch, 0, targets.size()),
                  batch.paddedTokens());
    }
    return new Losses(Arrays.stream(losses).boxed().toList(), dhidden, Map.of());
  }

  @Override
  public int targets(TokenizedSet set, int example) {
    return set.targetTokens(example);
  }

  @Override
  public List<Answer> answers(Arena arena, TokenBatch batch, NativeArray hidden, Head head) {
    Targets targets = Targets.of(batch);
    double[] losses = new double[batch.examples()];
    int[] asked = new int[batch.examples()];
    int[] right = new int[batch.examples()];
    NativeArray states =
        kernels.language().pick(arena, hidden, targets.positions(arena, 0, targets.size()));
    for (int from = 0; from < targets.size(); from += chunk()) {
      int to = Math.min(from + chunk(), targets.size());
      try (Arena scratch = arena.child()) {
        LanguageKernels.TokenLosses step =
            kernels
                .language()
                .tokenLosses(
                    scratch,
                    scores(scratch, part(scratch, states, from, to)),
                    targets.tokens(scratch, from, to));
        float[] byToken = step.losses().toFloats();
        float[] foretold = step.right().toFloats();
        for (int i = from; i < to; i++) {
          int row = targets.row(batch, i);
          losses[row] += byToken[i - from];
          asked[row]++;
          right[row] += (int) foretold[i - from];
        }
      }
    }
    List<Answer> answers = new ArrayList<>();
    for (int row = 0; row < losses.length; row++) {
      answers.add(new Answer(losses[row], asked[row], right[row]));
    }
    return answers;
  }

  @Override
  public Evaluation evaluation(TokenizedSet set, List<Answer> answers, int classes) {
    AnswerCounts counts = counts(set, answers);
    return Evaluation.language(counts.meanLoss(), counts.accuracy(), set.size());
  }

  @Override
  public AnswerCounts counts(TokenizedSet set, List<Answer> answers) {
    double lossSum = 0;
    long asked = 0;
    long right = 0;
    for (Answer answer : answers) {
      lossSum += answer.loss();
      asked += answer.targets();
      right += answer.outcome();
    }
    return new AnswerCounts(set.size(), asked, right, lossSum);
  }

  /**
   * Scores of all tokens [rows, vocabulary].
   *
   * @param states what left the last block [rows, hidden]
   */
  public NativeArray scores(Arena arena, NativeArray states) {
    NativeArray scores = kernels.language().logits(arena, states, frozen.family().vocabulary());
    NativeArray normed = normed(arena, states);
    forEachPiece(
        arena,
        (scratch, table, from) ->
            kernels.language().scorePiece(scratch, scores, normed, table, from));
    return scores;
  }

  private NativeArray normed(Arena arena, NativeArray states) {
    return kernels.llama().rmsNorm(arena, states, frozen.outputNorm(), frozen.family().epsilon());
  }

  private NativeArray backward(Arena arena, NativeArray states, NativeArray dscores) {
    NativeArray dnormed = kernels.language().zerosLike(arena, states);
    forEachPiece(
        arena,
        (scratch, table, from) ->
            kernels.language().scorePieceBackward(scratch, dnormed, dscores, table, from));
    return kernels
        .llama()
        .rmsNormBackward(arena, dnormed, states, frozen.outputNorm(), frozen.family().epsilon());
  }

  /** Decodes the output layer a few tokens at a time. */
  private void forEachPiece(Arena arena, PieceUser user) {
    int vocabulary = frozen.family().vocabulary();
    for (int from = 0; from < vocabulary; from += PIECE) {
      try (Arena scratch = arena.child()) {
        int to = Math.min(from + PIECE, vocabulary);
        user.accept(scratch, frozen.outputRows(scratch, from, to), from);
      }
    }
  }

  @FunctionalInterface
  private interface PieceUser {
    void accept(Arena scratch, NativeArray table, int from);
  }

  private NativeArray part(Arena arena, NativeArray states, int from, int to) {
    return kernels.language().rows(arena, states, from, to);
  }

  /** Positions whose scores are held at once. */
  private int chunk() {
    return (int) Math.max(1, MOST_SCORES / frozen.family().vocabulary());
  }

  /**
   * The positions of a batch that foretell a token of interest: rows of the hidden states, of all
   * lanes in order, and the token that follows each.
   */
  private static final class Targets {
    private final long[] places;
    private final long[] ids;

    private Targets(long[] places, long[] ids) {
      this.places = places;
      this.ids = ids;
    }

    static Targets of(TokenBatch batch) {
      int total = 0;
      for (TokenBatch.Row row : batch.rows()) {
        total += row.weight() > 0 ? row.set().targetTokens(row.example()) : 0;
      }
      long[] places = new long[total];
      long[] ids = new long[total];
      int next = 0;
      for (int row = 0; row < batch.examples(); row++) {
        TokenBatch.Row example = batch.rows().get(row);
        int tokens = batch.tokens(row);
        int first = tokens - example.set().targetTokens(example.example());
        for (int at = first; example.weight() > 0 && at < tokens; at++) {
          places[next] = (long) row * batch.length() + at - 1;
          ids[next++] = batch.token(row, at);
        }
      }
      return new Targets(places, ids);
    }

    int size() {
      return ids.length;
    }

    int row(TokenBatch batch, int target) {
      return (int) (places[target] / batch.length());
    }

    int lane(TokenBatch batch, int target) {
      return row(batch, target) / batch.laneWidth();
    }

    /** One over the number of targets of its lane. */
    float[] weights(TokenBatch batch) {
      int[] perLane = new int[batch.lanes()];
      for (int i = 0; i < size(); i++) {
        perLane[lane(batch, i)]++;
      }
      float[] weights = new float[size()];
      for (int i = 0; i < size(); i++) {
        weights[i] = 1f / perLane[lane(batch, i)];
      }
      return weights;
    }

    NativeArray positions(Arena arena, int from, int to) {
      return arena.longs(Arrays.copyOfRange(places, from, to), to - from);
    }

    NativeArray tokens(Arena arena, int from, int to) {
      return arena.longs(Arrays.copyOfRange(ids, from, to), to - from);
    }
  }
}
