package dev.weft.privacy.secagg.message;

import dev.weft.privacy.keys.FieldReader;
import java.util.Map;

/** What a site says to the coordinator. */
public sealed interface SiteMessage
    permits Advertisement, KeyShares, MaskedInput, SurvivorsSignature, UnmaskShares {

  /** In one way only: equal messages have equal bytes. */
  byte[] encode();

  /**
   * @throws dev.weft.core.error.WeftException if the bytes are no such message; whether it is true
   *     they do not say
   */
  static SiteMessage decode(byte[] bytes) {
    Map<String, FieldReader.Fields<? extends SiteMessage>> kinds =
        Map.of(
            Advertisement.CONTEXT, Advertisement::read,
            KeyShares.CONTEXT, KeyShares::read,
            MaskedInput.CONTEXT, MaskedInput::read,
            SurvivorsSignature.CONTEXT, SurvivorsSignature::read,
            UnmaskShares.CONTEXT, UnmaskShares::read);
    return Frames.decode(bytes, kinds);
  }
}
