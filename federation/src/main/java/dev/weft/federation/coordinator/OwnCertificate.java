package dev.weft.federation.coordinator;

import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.Authority;
import dev.weft.privacy.keys.CertificateKey;
import dev.weft.privacy.keys.CertificateRequest;
import dev.weft.privacy.keys.Credentials;
import dev.weft.privacy.keys.KeyFolder;
import dev.weft.privacy.keys.RevocationList;
import dev.weft.privacy.keys.Tls;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * What the coordinator shows of itself. Past half of its certificate's life its own authority gives
 * it the next one, however long the process is up: that is looked at for every connection. Safe for
 * use by several threads.
 */
final class OwnCertificate {
  private final KeyFolder keys;
  private final Authority authority;
  private final List<Address> addresses;
  private final InstantSource time;
  private final Consumer<String> news;
  private final SecureRandom random = new SecureRandom();
  private Credentials credentials;
  private Optional<SSLContext> tls = Optional.empty();

  /**
   * @param keys where the credentials are kept
   * @param addresses under which sites reach it; without any there is no next certificate
   * @param news one sentence on a certificate that could not be kept
   */
  OwnCertificate(
      KeyFolder keys,
      Authority authority,
      List<Address> addresses,
      InstantSource time,
      Consumer<String> news) {
    this.keys = keys;
    this.authority = authority;
    this.addresses = List.copyOf(addresses);
    this.time = time;
    this.news = news;
    this.credentials = keys.credentials();
  }

  synchronized Credentials credentials() {
    if (!addresses.isEmpty() && credentials.halfLife(time.instant())) {
      renew();
    }
    return credentials;
  }

  private void renew() {
    CertificateKey next = CertificateKey.generate(random);
    Credentials renewed =
        credentials.renewed(
            next,
            authority.issueCoordinator(
                CertificateRequest.of(next, credentials.signing()),
                credentials.enrolment().name(),
                addresses.stream().map(Address::host).distinct().toList()));
    try {
      keys.save(renewed);
    } catch (WeftException e) {
      news.accept(e.sentence()); // the one it has is good for the other half of its life
      return;
    }
    credentials = renewed;
    tls = Optional.empty();
  }

  /**
   * The server's side of a connection. A site without a certificate may come in, too, to get one.
   *
   * @param revoked asked at every handshake
   */
  synchronized SSLEngine engine(Supplier<RevocationList> revoked) {
    Credentials own = credentials();
    SSLContext context = tls.orElseGet(() -> new Tls(own, revoked).context());
    tls = Optional.of(context);
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = Tls.server();
    parameters.setWantClientAuth(true);
    engine.setSSLParameters(parameters);
    return engine;
  }
}
