package dev.weft.privacy.secagg.graph;

/** What the coordinator is taken to do at worst (privacy.md 1.1). */
public enum Adversary {
  /** It keeps to the protocol, and looks at everything. */
  CURIOUS,
  /** It may lie about keys and about who dropped out. */
  SEMI_MALICIOUS
}
