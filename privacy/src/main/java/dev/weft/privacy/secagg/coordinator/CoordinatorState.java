package dev.weft.privacy.secagg.coordinator;

import dev.weft.core.update.RingSource;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.message.MaskedInput;
import dev.weft.privacy.secagg.message.SiteMessage;

/**
 * Where the coordinator is in a session. It begins with {@link Inviting#open}; whoever drives it
 * sends what each step says and goes on with the next state. A stage ends once all have answered
 * whom it waits for, or when {@link #close} says that its time is over. Every state takes every
 * message.
 */
public sealed interface CoordinatorState
    permits Advertising, Sharing, Collecting, Agreeing, Unmasking, Unmasked, Failed {

  /**
   * @param from who has sent it, as the line has proved
   */
  CoordinatorStep on(NodeId from, SiteMessage message);

  /**
   * A masked vector has come.
   *
   * @param vector which stays readable until the session is over
   */
  default CoordinatorStep upload(NodeId from, MaskedInput input, RingSource vector) {
    return on(from, input);
  }

  /** The time of this stage is over: the session goes on with those who have answered. */
  CoordinatorStep close();

  /** Gives the session up. */
  default CoordinatorState cancel(String reason) {
    return new Failed(reason);
  }
}
