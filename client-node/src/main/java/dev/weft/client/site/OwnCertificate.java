package dev.weft.client.site;

import com.google.protobuf.UnsafeByteOperations;
import dev.weft.privacy.keys.CertificateKey;
import dev.weft.privacy.keys.Credentials;
import dev.weft.privacy.keys.KeyFolder;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.keys.RenewalAnswer;
import dev.weft.privacy.keys.RevocationList;
import dev.weft.privacy.keys.Tls;
import dev.weft.protocol.Correspondence;
import dev.weft.protocol.transport.SignedLetters;
import dev.weft.wire.FederationClient;
import dev.weft.wire.RenewalRequest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * What a site shows of itself. Past half of its certificate's life the coordinator gives it the
 * next one over the line that they have.
 */
final class OwnCertificate implements Lines.Identity {
  private static final long ANSWER_SECONDS = 20;

  private final KeyFolder keys;
  private final InstantSource time;
  private final Executor disk;
  private final SecureRandom random = new SecureRandom();
  private volatile Credentials credentials;

  /**
   * @param keys where the credentials are kept
   * @param disk writes files
   */
  OwnCertificate(KeyFolder keys, InstantSource time, Executor disk) {
    this.keys = keys;
    this.time = time;
    this.disk = disk;
    this.credentials = keys.credentials();
  }

  Credentials credentials() {
    return credentials;
  }

  @Override
  public SSLContext tls() {
    Credentials own = credentials;
    return new Tls(own, () -> RevocationList.none(own.federation().id())).context();
  }

  @Override
  public Correspondence letters() {
    return letters(credentials, random);
  }

  /** With the coordinator, in the name of a site. */
  static Correspondence letters(Credentials own, SecureRandom random) {
    return new SignedLetters(
        own.federation().id(),
        own.node(),
        own.signing(),
        NodeId.COORDINATOR,
        own.coordinatorKey(),
        random);
  }

  @Override
  public CompletionStage<Optional<Instant>> renew(FederationClient line) {
    Credentials own = credentials;
    if (!own.halfLife(time.instant())) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    CertificateKey tls = CertificateKey.generate(random);
    byte[] request = dev.weft.privacy.keys.RenewalRequest.of(own, tls).encode();
    return line.renew(
            RenewalRequest.newBuilder()
                .setContent(UnsafeByteOperations.unsafeWrap(request))
                .build())
        .toCompletableFuture()
        .orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
        .thenApplyAsync(
            answer -> {
              Credentials renewed =
                  RenewalAnswer.decode(answer.getContent().toByteArray())
                      .accept(own, tls, time.instant());
              keys.save(renewed);
              credentials = renewed;
              return Optional.of(renewed.notAfter());
            },
            disk);
  }
}
