package dev.weft.privacy.secagg.coordinator;

import dev.weft.core.Digest;
import dev.weft.core.update.RingSource;
import dev.weft.core.update.RingVector;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.coordinator.CoordinatorStep.Delivery;
import dev.weft.privacy.secagg.mask.MaskedSum;
import dev.weft.privacy.secagg.message.Result;
import dev.weft.privacy.secagg.message.SiteMessage;
import java.util.List;

/** All masks are known; the sum can be read. */
public final class Unmasked implements CoordinatorState {
  private final Cohort cohort;
  private final Inputs inputs;
  private final MaskedSum sum;
  private final List<NodeId> suspects;
  private final Heard heard;

  Unmasked(Cohort cohort, Inputs inputs, MaskedSum sum, List<NodeId> suspects, Heard heard) {
    this.cohort = cohort;
    this.inputs = inputs;
    this.sum = sum;
    this.suspects = List.copyOf(suspects);
    this.heard = heard;
  }

  /** Those whose vectors are in the sum. */
  public List<NodeId> survivors() {
    return inputs.survivors().stream().mapToObj(cohort.session()::node).toList();
  }

  /** Those that shared and sent no vector. */
  public List<NodeId> dropped() {
    return inputs.dropped().stream().mapToObj(cohort.session()::node).toList();
  }

  /** Those that signed shares which are not of the secret they were to be of. */
  public List<NodeId> suspects() {
    return suspects;
  }

  /** The integers of the sum, worked out as they are read. */
  public RingSource sum() {
    return sum;
  }

  /** The sum in memory; afterwards nothing can be read any more, since all seeds are erased. */
  public RingVector takeSum() {
    RingVector whole = sum.whole(cohort.setup().lanes());
    sum.erase();
    return whole;
  }

  /** Erases all seeds, once the sum was read. */
  public void erase() {
    sum.erase();
  }

  /** 32 bytes that stand for the whole session. */
  public Bytes transcript() {
    return cohort.session().transcript(inputs.survivors());
  }

  /**
   * What all survivors are told at the end.
   *
   * @param committed digest of what was made of the sum
   */
  public List<Delivery> result(Digest committed) {
    Result result =
        Result.of(cohort.session().id(), committed, transcript(), cohort.setup().signer());
    return survivors().stream().map(site -> new Delivery(site, result)).toList();
  }

  @Override
  public CoordinatorStep on(NodeId from, SiteMessage message) {
    return heard.step(this, from, message).orElseGet(() -> Cohort.unexpected(this, from, message));
  }

  @Override
  public CoordinatorStep close() {
    return CoordinatorStep.to(this);
  }

  @Override
  public CoordinatorState cancel(String reason) {
    erase();
    return new Failed(reason);
  }
}
