package dev.weft.checkpoint;

import dev.weft.core.registry.Named;

/** Models whose files are read, and whose networks are computed, alike. */
public sealed interface ModelFamily extends Named permits EncoderFamily, DecoderFamily {

  /** {@code model_type} in {@code config.json}. */
  @Override
  String name();
}
