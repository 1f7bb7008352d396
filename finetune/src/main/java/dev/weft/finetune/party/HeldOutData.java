package dev.weft.finetune.party;

import dev.weft.core.Digest;
import dev.weft.core.config.DataConfig;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.finetune.BaseModel;
import dev.weft.finetune.data.HeldOutFiles;
import dev.weft.finetune.data.LabelFile;
import dev.weft.finetune.data.LabelSet;
import dev.weft.finetune.data.TextExample;
import dev.weft.text.TokenizedSet;
import java.util.List;
import java.util.Optional;

/**
 * What the coordinator of a run holds: the classes and held-out examples, none of which is a
 * client's.
 *
 * @param classes in the order of the head's outputs; empty for a model that continues text
 * @param test to measure on; empty if there are none
 * @param publicExamples for starts that need data; empty if there are none
 * @param testDigest of the test examples' texts; empty if there are none
 * @param labelFile what a head needs besides its tensors; empty where there is none
 */
public record HeldOutData(
    Optional<LabelSet> classes,
    Optional<TokenizedSet> test,
    Optional<TokenizedSet> publicExamples,
    Optional<Digest> testDigest,
    Optional<LabelFile> labelFile) {

  /**
   * Reads {@code data.test-source} and {@code data.public-source}, where they are given, and agrees
   * on the classes; {@code data.source} is not read.
   *
   * @throws WeftException if a file cannot be read, nothing of it is left to learn, or a classifier
   *     is told no classes or another model some
   */
  public static HeldOutData read(BaseModel model, DataConfig config) {
    return switch (model.task()) {
      case CLASSIFICATION -> classification(model, config);
      case LANGUAGE -> of(ExampleEncoder.language(model), HeldOutFiles.language(config));
    };
  }

  private static HeldOutData classification(BaseModel model, DataConfig config) {
    HeldOutFiles<TextExample> files = HeldOutFiles.labelled(config);
    LabelSet classes =
        LabelSet.agreed(
                config, files.test().orElse(List.of()), files.publicExamples().orElse(List.of()))
            .orElseThrow(
                () ->
                    new WeftException(
                        Problem.INVALID_COMBINATION,
                        "data.classes: is needed where no held-out file says what a classifier's"
                            + " classes are; name them, or set data.test-source or"
                            + " data.public-source"));
    return of(ExampleEncoder.classification(model, classes), files);
  }

  private static <E> HeldOutData of(ExampleEncoder<E> encoder, HeldOutFiles<E> files) {
    return of(encoder, files.test().orElse(List.of()), files.publicExamples().orElse(List.of()));
  }

  /**
   * Of examples already read.
   *
   * @param test may be none
   * @param publicExamples may be none
   * @throws WeftException if there are some and nothing of them is left to learn
   */
  public static <E> HeldOutData of(
      ExampleEncoder<E> encoder, List<E> test, List<E> publicExamples) {
    BaseModel model = encoder.model();
    return new HeldOutData(
        encoder.classes(),
        tokens(encoder, test, "test examples"),
        tokens(encoder, publicExamples, "public examples"),
        test.isEmpty() ? Optional.empty() : Optional.of(encoder.digest(test)),
        encoder.classes().map(labels -> new LabelFile(labels, model.tokenizer().maxTokens())));
  }

  private static <E> Optional<TokenizedSet> tokens(
      ExampleEncoder<E> encoder, List<E> examples, String what) {
    Optional<TokenizedSet> tokens = encoder.encode(examples);
    if (tokens.isEmpty() && !examples.isEmpty()) {
      throw encoder.model().nothingToLearn(what);
    }
    return tokens;
  }

  /** 0 for a model that continues text. */
  public int numberOfClasses() {
    return classes.map(LabelSet::size).orElse(0);
  }
}
