package dev.weft.finetune;

/** What a model can be trained to do; decided by its family. */
public enum TaskKind {
  /** Texts get one of several labels: encoders with a classification head. */
  CLASSIFICATION,
  /** Texts are continued token by token: decoders. */
  LANGUAGE
}
