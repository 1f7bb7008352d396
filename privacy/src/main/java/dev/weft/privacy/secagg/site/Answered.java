package dev.weft.privacy.secagg.site;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.secagg.message.CoordinatorMessage;
import dev.weft.privacy.secagg.message.Result;

/** The one answer of the session is given and all secrets are gone; the result is to come. */
public final class Answered implements SiteState {
  private final Seat seat;
  private final Bytes transcript;
  private final Heard heard;

  Answered(Seat seat, Bytes transcript, Heard heard) {
    this.seat = seat;
    this.transcript = transcript;
    this.heard = heard;
  }

  @Override
  public SiteStep on(CoordinatorMessage message) {
    return seat.expecting(Result.class, this, heard, message, this::finish);
  }

  private SiteStep finish(Result result) {
    return result.isBy(seat.setup().coordinator()) && result.transcript().equals(transcript)
        ? SiteStep.to(new Finished(result.committed(), transcript))
        : SiteStep.alarm(this, "the result is not of the session that this site was in");
  }

  @Override
  public void erase() {
    // The secrets went with the answer.
  }
}
