package dev.weft.client.site;

import dev.weft.client.ClientSetup;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.protocol.RunResults;
import dev.weft.protocol.RunTerms;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Where a site has its model and its data. */
public interface Workplace {

  /**
   * Makes model and data ready for a run, if the site agrees to it.
   *
   * @return what its client works with; fails with a {@link dev.weft.core.error.WeftException} of
   *     which the coordinator hears the kind, and the sentence where it is about the run alone
   */
  CompletionStage<ClientSetup> prepare(RunTerms terms);

  /**
   * Keeps what a run has left for this site; unless it says otherwise, a site keeps nothing.
   *
   * @return the folder that it lies in
   */
  default CompletionStage<Path> keep(String run, RunResults results) {
    return CompletableFuture.failedFuture(
        new WeftException(Problem.POLICY_REFUSED, "this site keeps no results of runs"));
  }
}
