package dev.weft.checkpoint;

/**
 * A family of BERT-type encoders: what sets it apart. Another family is another value and its line
 * in {@link ModelFamilies}.
 *
 * @param prefix what transformers puts before the encoder's names in a model that classifies
 * @param head the linear layer whose rows are classes, in a model that classifies
 * @param positionsAfterPadding whether the first token takes the row of the position table after
 *     the padding token's
 */
public record EncoderFamily(String name, String prefix, String head, boolean positionsAfterPadding)
    implements ModelFamily {
  public static final EncoderFamily BERT = new EncoderFamily("bert", "bert.", "classifier", false);

  static final EncoderFamily ROBERTA =
      new EncoderFamily("roberta", "roberta.", "classifier.out_proj", true);

  static final EncoderFamily XLM_ROBERTA =
      new EncoderFamily("xlm-roberta", "roberta.", "classifier.out_proj", true);
}
