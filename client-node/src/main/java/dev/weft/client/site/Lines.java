package dev.weft.client.site;

import dev.weft.protocol.Correspondence;
import dev.weft.wire.FederationClient;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLContext;

/** Ways to the coordinator; one is used at a time. */
interface Lines {

  /** One way. */
  interface Line {
    String address();

    FederationClient client();

    /** Begins the letters of a new control stream. */
    Correspondence correspondence();
  }

  /** Who this site is to the coordinator. */
  interface Identity {

    /** For a new way, with the newest certificate. */
    SSLContext tls();

    /** Begins the letters of a control stream. */
    Correspondence letters();

    /**
     * Gets the next certificate, if the present one is past half of its life; ways that are opened
     * from then on show it.
     *
     * @param line over which it is asked for
     * @return until when it is good; empty if none is due
     */
    CompletionStage<Optional<Instant>> renew(FederationClient line);
  }

  /** Opens the way to the next address; the one before is closed. */
  Line next();

  /** The way that is used now. */
  Line current();

  /** {@link Identity#renew} over the current way. */
  CompletionStage<Optional<Instant>> renew();

  /** Closes the current way; calls over it fail. */
  void close();

  /** Why a way broke, for people. */
  String explain(Throwable reason);
}
