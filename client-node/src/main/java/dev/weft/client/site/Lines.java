package dev.weft.client.site;

import dev.weft.protocol.Correspondence;
import dev.weft.wire.FederationClient;

/** Ways to the coordinator; one is used at a time. */
interface Lines {

  /** One way. */
  interface Line {
    String address();

    FederationClient client();

    /** Begins the letters of a new control stream. */
    Correspondence correspondence();
  }

  /** Opens the way to the next address; the one before is closed. */
  Line next();

  /** The way that is used now. */
  Line current();

  /** Closes the current way; calls over it fail. */
  void close();

  /** Why a way broke, for people. */
  String explain(Throwable reason);
}
