package dev.weft.client.site;

import dev.weft.client.ClientSetup;
import dev.weft.protocol.RunResults;
import dev.weft.protocol.RunTerms;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;

/** Where a site has its model and its data. */
public interface Workplace {

  /**
   * Makes model and data ready for a run, if the site agrees to it.
   *
   * @return what its client works with; fails with a {@link dev.weft.core.error.WeftException}
   *     whose sentence the coordinator may hear
   */
  CompletionStage<ClientSetup> prepare(RunTerms terms);

  /**
   * Keeps what a run has left for this site.
   *
   * @return the folder that it lies in
   */
  CompletionStage<Path> keep(String run, RunResults results);
}
