package dev.weft.finetune.transformer;

import dev.weft.finetune.torch.Arena;

/** A family whose models foretell the next token, and can go on token by token. */
public interface LanguageFamily extends Family {

  /** Name of the output table [vocabulary, hidden]; that of the token table if they are tied. */
  String outputTable();

  /** Name under which files of a model whose tables are tied may hold the token table again. */
  String copyOfTokens();

  /** Place of the last norm's gain in {@link #outside}. */
  int outputNorm();

  /** Heads whose keys and values are kept while a text grows. */
  int keyValueHeads();

  /** Width of a head. */
  int headWidth();

  /** The context of {@code length} tokens of one text after {@code past} ones. */
  BlockContexts context(Arena arena, int past, int length);
}
