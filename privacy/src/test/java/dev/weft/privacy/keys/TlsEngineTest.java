package dev.weft.privacy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.Test;

/** The same trust over engines, as servers and clients without a thread per connection use it. */
class TlsEngineTest {
  private static final int BUFFER = 1 << 16;

  private final Fleet fleet = new Fleet(Instant.now().truncatedTo(ChronoUnit.SECONDS));
  private final RevocationList none = RevocationList.none(fleet.federation().id());
  private final Credentials site = fleet.site();

  @Test
  void aSiteAndItsCoordinatorMeet() throws SSLException {
    SSLEngine server = server(fleet.coordinator, none);
    SSLEngine client = client(site, none);
    shakeHands(server, client);
    assertThat(server.getSession().getProtocol()).isEqualTo("TLSv1.3");
    assertThat(server.getSession().getPeerCertificates()[0]).isEqualTo(site.issued().certificate());
    assertThat(client.getSession().getPeerCertificates()[0])
        .isEqualTo(fleet.coordinator.issued().certificate());
  }

  @Test
  void aRevokedNodeIsRefusedByEitherSide() {
    RevocationList noSite = none.with(List.of(site.node()), List.of());
    assertThatThrownBy(() -> shakeHands(server(fleet.coordinator, noSite), client(site, none)))
        .hasStackTraceContaining(site.node() + " is revoked");
    RevocationList noCoordinator = none.with(List.of(NodeId.COORDINATOR), List.of());
    assertThatThrownBy(
            () -> shakeHands(server(fleet.coordinator, none), client(site, noCoordinator)))
        .hasStackTraceContaining("coordinator is revoked");
  }

  /** Another authority under the same id, so that nothing but the signature tells them apart. */
  @Test
  void aNodeOfAnotherAuthorityIsRefusedByEitherSide() {
    Authority stranger = new Fleet(Instant.now().truncatedTo(ChronoUnit.SECONDS)).authority;
    Fleet same =
        new Fleet(
            Authority.of(
                stranger.key(),
                new Federation(
                    fleet.federation().id(), Fleet.NAME, stranger.federation().authorities()),
                Instant::now,
                Fleet.RANDOM));
    assertThatThrownBy(() -> shakeHands(server(same.coordinator, none), client(site, none)))
        .hasStackTraceContaining("PKIX path");
    assertThatThrownBy(() -> shakeHands(server(fleet.coordinator, none), impostor(same.site())))
        .hasStackTraceContaining("PKIX path");
  }

  /** Trusts as our site does and shows what it has. */
  private SSLEngine impostor(Credentials shown) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(new Tls(shown, () -> none).keyStore(new char[0]), new char[0]);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(
        new KeyManager[] {new ShowsAlways((X509ExtendedKeyManager) keys.getKeyManagers()[0])},
        new TrustManager[] {new Tls(site, () -> none).trust()},
        Fleet.RANDOM);
    SSLEngine engine = context.createSSLEngine("localhost", 8443);
    engine.setUseClientMode(true);
    engine.setSSLParameters(Tls.client());
    return engine;
  }

  private static SSLEngine server(Credentials credentials, RevocationList revoked) {
    SSLEngine engine = new Tls(credentials, () -> revoked).context().createSSLEngine();
    engine.setUseClientMode(false);
    engine.setSSLParameters(Tls.server());
    return engine;
  }

  private static SSLEngine client(Credentials credentials, RevocationList revoked) {
    SSLEngine engine =
        new Tls(credentials, () -> revoked).context().createSSLEngine("localhost", 8443);
    engine.setUseClientMode(true);
    engine.setSSLParameters(Tls.client());
    return engine;
  }

  /** Hands bytes to and fro until both sides are done or one refuses. */
  private static void shakeHands(SSLEngine server, SSLEngine client) throws SSLException {
    ByteBuffer toServer = ByteBuffer.allocate(BUFFER);
    ByteBuffer toClient = ByteBuffer.allocate(BUFFER);
    server.beginHandshake();
    client.beginHandshake();
    for (int turn = 0; turn < 100; turn++) {
      step(client, toClient, toServer);
      step(server, toServer, toClient);
      if (done(server) && done(client) && toServer.position() == 0 && toClient.position() == 0) {
        return;
      }
    }
    throw new IllegalStateException("the handshake does not end");
  }

  private static boolean done(SSLEngine engine) {
    return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
  }

  private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    in.flip();
    if (in.hasRemaining()) {
      engine.unwrap(in, ByteBuffer.allocate(BUFFER));
    }
    in.compact();
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
    if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
      engine.wrap(ByteBuffer.allocate(0), out);
    }
  }
}
