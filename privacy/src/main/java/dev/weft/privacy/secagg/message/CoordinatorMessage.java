package dev.weft.privacy.secagg.message;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.FieldReader;
import java.util.Map;

/** What the coordinator says to a site. */
public sealed interface CoordinatorMessage
    permits Offer, Roster, ForwardedShares, Survivors, UnmaskRequest, Result {

  /** Where it belongs: a session, or, before there is one, the digest of its context. */
  Bytes place();

  /** In one way only: equal messages have equal bytes. */
  byte[] encode();

  /**
   * @throws dev.weft.core.error.WeftException if the bytes are no such message; whether it is true
   *     they do not say
   */
  static CoordinatorMessage decode(byte[] bytes) {
    Map<String, FieldReader.Fields<? extends CoordinatorMessage>> kinds =
        Map.of(
            Offer.CONTEXT, Offer::read,
            Roster.CONTEXT, Roster::read,
            ForwardedShares.CONTEXT, ForwardedShares::read,
            Survivors.CONTEXT, Survivors::read,
            UnmaskRequest.CONTEXT, UnmaskRequest::read,
            Result.CONTEXT, Result::read);
    return Frames.decode(bytes, kinds);
  }
}
