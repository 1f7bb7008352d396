package dev.weft.client.site;

import dev.weft.privacy.keys.Credentials;
import dev.weft.protocol.Correspondence;
import dev.weft.wire.FederationClient;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLContext;

/** A site whose certificate is good for longer than any test. */
record TestIdentity(Credentials own) implements Lines.Identity {
  @Override
  public SSLContext tls() {
    return TestAuthority.context(own);
  }

  @Override
  public Correspondence letters() {
    return OwnCertificate.letters(own, new SecureRandom());
  }

  @Override
  public CompletionStage<Optional<Instant>> renew(FederationClient line) {
    return CompletableFuture.completedFuture(Optional.empty());
  }
}
