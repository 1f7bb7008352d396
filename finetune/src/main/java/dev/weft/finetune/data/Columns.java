package dev.weft.finetune.data;

import dev.weft.core.config.DataConfig;

/** What a file calls the parts of an example; the client column may be absent. */
record Columns(String text, String label, String client) {

  static Columns of(DataConfig config) {
    return new Columns(config.textColumn(), config.labelColumn(), config.clientColumn());
  }
}
