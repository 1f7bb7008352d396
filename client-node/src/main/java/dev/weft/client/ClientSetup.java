package dev.weft.client;

import dev.weft.core.Digest;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.config.ClientConfig.Policy.Losses;
import dev.weft.protocol.ArtifactTransfer;
import dev.weft.text.TokenizedSet;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * What makes a client.
 *
 * @param name of the site
 * @param target layers and head of the site's own model
 * @param base digest of the site's own quantized base model
 * @param data the site's own examples, which never leave it; their number is the weight of its
 *     updates
 * @param pieces held by all clients of the process together
 * @param transfer brings artifacts from the coordinator and takes them there
 * @param outbox keeps an update until the coordinator has acknowledged it
 * @param trainer trains on the data
 * @param mostUpload bytes that may leave the site in one round
 * @param losses whether figures of the data leave the site
 * @param measurer counts how adapters answer held-out examples; empty where there are none
 * @param shelf keeps how far the training is
 * @param executor runs what a client computes; it has at most one training, and one measurement, at
 *     a time
 */
public record ClientSetup(
    String name,
    AdapterTarget target,
    Digest base,
    TokenizedSet data,
    Pieces pieces,
    ArtifactTransfer transfer,
    ArtifactStore outbox,
    LocalTrainer trainer,
    long mostUpload,
    Losses losses,
    Optional<Measurer> measurer,
    TrainingShelf shelf,
    Executor executor) {

  /** A site that lets everything leave that was agreed. */
  public static final long ANY_UPLOAD = Long.MAX_VALUE;

  public ClientSetup {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name: a client must have one");
    }
    if (data.size() < 1) {
      throw new IllegalArgumentException("data: must have at least one example");
    }
  }
}
