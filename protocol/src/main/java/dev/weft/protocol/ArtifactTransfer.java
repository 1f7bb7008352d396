package dev.weft.protocol;

import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.ArtifactStore;
import java.util.concurrent.CompletionStage;

/**
 * How one client gets artifacts from the coordinator and leaves its own there, whatever lies
 * between them. Messages only name artifacts; their bytes go this way.
 */
public interface ArtifactTransfer {

  /**
   * Brings an artifact that a round has laid out to where this client can read it.
   *
   * @param alive is run whenever some of it has come, on any thread
   * @return the store that has the artifact; fails with a {@link dev.weft.core.error.WeftException}
   *     if it cannot be had
   */
  CompletionStage<ArtifactStore> fetch(RoundId id, Artifact artifact, Runnable alive);

  /**
   * Leaves an artifact for a round.
   *
   * @param from has the artifact until it is acknowledged
   * @param alive is run whenever some of it has gone, on any thread
   * @return is done when the coordinator has all of it; fails with a {@link
   *     dev.weft.core.error.WeftException} if it does not take it
   */
  CompletionStage<Void> leave(RoundId id, Artifact artifact, ArtifactStore from, Runnable alive);
}
