package dev.weft.privacy.secagg.site;

import dev.weft.core.Text;
import dev.weft.core.update.RingSource;
import dev.weft.core.update.RingVector;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.secagg.Terms;
import dev.weft.privacy.secagg.mask.Mask;
import dev.weft.privacy.secagg.mask.MaskedSum;
import dev.weft.privacy.secagg.mask.RingDigest;
import dev.weft.privacy.secagg.message.CoordinatorMessage;
import dev.weft.privacy.secagg.message.MaskedInput;
import java.util.List;

/** All masks are known; the site's own vector is to come. */
public final class Ready implements SiteState {
  private final Seat seat;
  private final HeldShares held;
  private final List<Mask> masks;
  private final Heard heard;

  Ready(Seat seat, HeldShares held, List<Mask> masks, Heard heard) {
    this.seat = seat;
    this.held = held;
    this.masks = masks;
    this.heard = heard;
  }

  @Override
  public SiteStep on(CoordinatorMessage message) {
    return heard.step(this, message, seat.places()).orElseGet(() -> seat.outOfTurn(this, message));
  }

  /**
   * A masked vector and what goes with it.
   *
   * @param next the state from now on
   * @param message to send once the vector is with the coordinator
   * @param vector to send, and to send again if need be: never another one in this session
   */
  public record Sealed(Masked next, MaskedInput message, RingVector vector) {}

  /**
   * Masks the site's vector, once: the seeds of the masks are erased then.
   *
   * @param update as {@code UpdateEncoding} makes it
   * @throws IllegalArgumentException if it has another width or length than was agreed
   */
  public Sealed mask(RingSource update) {
    Terms terms = seat.session().terms();
    if (update.bits() != terms.bits() || update.size() != terms.values()) {
      throw new IllegalArgumentException(
          Text.format(
              "update: %d integers of %d bits where %d of %d were agreed",
              update.size(), update.bits(), terms.values(), terms.bits()));
    }
    MaskedSum sum = new MaskedSum(List.of(update), masks, seat.session().suite());
    RingVector vector = sum.whole(seat.setup().lanes());
    sum.erase();
    Bytes digest = RingDigest.of(vector);
    MaskedInput message =
        MaskedInput.of(
            seat.session().id(),
            seat.index(),
            MaskedInput.partners(held.of()),
            vector.bits(),
            vector.size(),
            digest,
            seat.setup().signer());
    return new Sealed(new Masked(seat, held, heard.replying(message)), message, vector);
  }

  @Override
  public void erase() {
    held.erase();
    masks.forEach(mask -> mask.seed().erase());
  }
}
