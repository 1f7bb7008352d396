package dev.weft.privacy.secagg.play;

import dev.weft.privacy.secagg.message.Advertisement;
import dev.weft.privacy.secagg.message.KeyShares;
import dev.weft.privacy.secagg.message.MaskedInput;
import dev.weft.privacy.secagg.message.SiteMessage;
import dev.weft.privacy.secagg.message.SurvivorsSignature;
import java.util.List;

/** Where a site can be lost: before what it would send next. */
public enum Stage {
  ADVERTISE,
  SHARE,
  INPUT,
  SIGN,
  UNMASK;

  /** In their order. */
  static final List<Stage> ALL = List.of(values());

  static Stage of(SiteMessage message) {
    if (message instanceof Advertisement) {
      return ADVERTISE;
    }
    if (message instanceof KeyShares) {
      return SHARE;
    }
    if (message instanceof MaskedInput) {
      return INPUT;
    }
    return message instanceof SurvivorsSignature ? SIGN : UNMASK;
  }
}
