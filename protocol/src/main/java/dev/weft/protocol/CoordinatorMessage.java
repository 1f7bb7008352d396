package dev.weft.protocol;

import java.util.Optional;

/** What the coordinator says over a site's stream. */
public sealed interface CoordinatorMessage {

  /**
   * The answer to {@link SiteMessage.Hello}.
   *
   * @param version that both speak from now on
   * @param software name and version, for people
   */
  record Welcome(int version, String software) implements CoordinatorMessage {}

  /**
   * The stream ends, and trying again does not help before something is changed.
   *
   * @param code of the {@link dev.weft.core.error.Problem}
   * @param sentence without the code
   */
  record Refused(String code, String sentence) implements CoordinatorMessage {}

  /** Asks for {@link SiteMessage.Ready}; asked again, the site says it again. */
  record Prepare(RunTerms terms) implements CoordinatorMessage {}

  /** What a round says. */
  record Command(ClientSession.Command command) implements CoordinatorMessage {}

  /**
   * A run is over.
   *
   * @param outcome one sentence
   * @param results what the site may have of it; empty if nothing was committed
   */
  record RunEnded(String run, String outcome, Optional<RunResults> results)
      implements CoordinatorMessage {}
}
