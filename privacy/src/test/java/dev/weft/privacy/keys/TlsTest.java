package dev.weft.privacy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two sockets on this machine; what one side refuses is seen at that side. */
class TlsTest {
  private static final int SECONDS = 20;

  /** TLS knows no time but the machine's. */
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  private final Fleet fleet = new Fleet(now);
  private final Credentials site = fleet.site();

  /** What each side met: nothing, or why it ended the connection. */
  private record Met(Optional<Exception> server, Optional<Exception> client, String protocol) {}

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1"})
  void aSiteOfTheFederationConnects(String host) {
    Met met = meet(tls(fleet.coordinator), Tls.server(), context(site), Tls.client(), host);
    assertThat(met.server()).isEmpty();
    assertThat(met.client()).isEmpty();
    assertThat(met.protocol()).isEqualTo("TLSv1.3");
  }

  @Test
  void aSiteOverIpv6Connects() {
    assumeTrue(hasIpv6(), "this machine has no IPv6");
    Met met = meet(tls(fleet.coordinator), Tls.server(), context(site), Tls.client(), "::1");
    assertThat(met.server()).isEmpty();
    assertThat(met.client()).isEmpty();
  }

  @Test
  void whoShowsNoCertificateIsRefused() throws Exception {
    SSLContext bare = SSLContext.getInstance("TLSv1.3");
    bare.init(null, new TrustManager[] {trust(site)}, new SecureRandom());
    Met met = meet(tls(fleet.coordinator), Tls.server(), bare, Tls.client(), "localhost");
    assertThat(met.server().orElseThrow()).isInstanceOf(SSLException.class);
  }

  @Test
  void aSiteOfAnotherAuthorityIsRefused() throws Exception {
    Credentials stranger = new Fleet(now).site();
    Met met =
        meet(
            tls(fleet.coordinator),
            Tls.server(),
            mixed(stranger, trust(site)),
            Tls.client(),
            "localhost");
    refusedByServer(met, "PKIX path");
  }

  @Test
  void aCoordinatorOfAnotherAuthorityIsRefused() throws Exception {
    Credentials stranger = new Fleet(now).coordinator;
    Met met =
        meet(
            mixed(stranger, trust(fleet.coordinator)),
            Tls.server(),
            context(site),
            Tls.client(),
            "localhost");
    refusedByClient(met, "PKIX path");
  }

  /** A certificate of a public authority, in its place one of the machine's own store. */
  @Test
  void theStoreOfTheMachineIsNeverAsked() {
    assertThat(trust(site).getAcceptedIssuers())
        .containsExactlyElementsOf(fleet.federation().authorities());
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2"})
  void anOldProtocolIsRefusedByTheServersParameters(String protocol) {
    SSLParameters old = Tls.client();
    old.setProtocols(new String[] {protocol});
    old.setCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"});
    Met met = meet(tls(fleet.coordinator), Tls.server(), context(site), old, "localhost");
    assertThat(met.server()).isPresent();
    assertThat(met.client()).isPresent();
  }

  /** Where a library forgot the parameters on both sides, each side still refuses. */
  @Test
  void anOldProtocolIsRefusedEvenWithoutParameters() throws Exception {
    SSLParameters old =
        new SSLParameters(
            new String[] {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"}, new String[] {"TLSv1.2"});
    SSLParameters server =
        new SSLParameters(old.getCipherSuites(), new String[] {"TLSv1.2", "TLSv1.3"});
    server.setNeedClientAuth(true);
    refusedByClient(
        meet(tls(fleet.coordinator), server, context(site), old, "localhost"),
        "TLSv1.2 is too old");
    refusedByServer(
        meet(tls(fleet.coordinator), server, mixed(site, TRUSTS_ALL), old, "localhost"),
        "TLSv1.2 is too old");
  }

  @Test
  void anExpiredCertificateIsRefused() throws Exception {
    Authority past = fleet.at(now.minus(Duration.ofDays(40)));
    Credentials expired = fleet.siteBy(past, Fleet.SITE);
    refusedByServer(
        meet(tls(fleet.coordinator), Tls.server(), context(expired), Tls.client(), "localhost"),
        "validity check failed");
  }

  @Test
  void anExpiredCoordinatorIsRefused() {
    Credentials expired = new Fleet(fleet.at(now.minus(Duration.ofDays(40)))).coordinator;
    refusedByClient(
        meet(tls(expired), Tls.server(), context(site), Tls.client(), "localhost"),
        "validity check failed");
  }

  @Test
  void aSiteCannotPlayTheCoordinator() throws Exception {
    Met met =
        meet(mixed(fleet.site(), TRUSTS_ALL), Tls.server(), context(site), noHost(), "localhost");
    refusedByClient(met, "TLS server authentication");
  }

  @Test
  void aCoordinatorCannotPlayASite() throws Exception {
    Met met =
        meet(
            tls(fleet.coordinator),
            Tls.server(),
            mixed(fleet.coordinator, TRUSTS_ALL),
            Tls.client(),
            "localhost");
    refusedByServer(met, "TLS client authentication");
  }

  @Test
  void aCoordinatorUnderAnotherHostNameIsRefused() {
    CertificateKey tls = CertificateKey.generate(Fleet.RANDOM);
    Issued issued =
        fleet.authority.issueCoordinator(
            CertificateRequest.of(tls, fleet.coordinator.signing()),
            Fleet.NAME,
            List.of(Host.parse("fl.example.org")));
    Credentials elsewhere = fleet.coordinator.renewed(tls, issued);
    refusedByClient(
        meet(tls(elsewhere), Tls.server(), context(site), Tls.client(), "localhost"),
        "matching localhost found");
  }

  @Test
  void whoIsRevokedIsRefusedByNodeOrBySerial() {
    RevocationList none = RevocationList.none(fleet.federation().id());
    BigInteger serial = site.issued().certificate().getSerialNumber();
    for (RevocationList list :
        List.of(
            none.with(List.of(site.node()), List.of()), none.with(List.of(), List.of(serial)))) {
      SSLContext server = new Tls(fleet.coordinator, () -> list).context();
      refusedByServer(
          meet(server, Tls.server(), context(site), Tls.client(), "localhost"),
          "the certificate of node " + site.node() + " is revoked");
    }
  }

  @Test
  void aNodeOfAnotherFederationUnderTheSameAuthorityIsRefused() throws Exception {
    Federation renamed =
        new Federation(new FederationId("elsewhere"), Fleet.NAME, fleet.federation().authorities());
    Authority same =
        Authority.of(fleet.authority.key(), renamed, InstantSource.fixed(now), Fleet.RANDOM);
    Credentials elsewhere = new Fleet(same).site();
    refusedByServer(
        meet(
            tls(fleet.coordinator),
            Tls.server(),
            mixed(elsewhere, trust(site)),
            Tls.client(),
            "localhost"),
        "got a SITE of elsewhere");
  }

  @Test
  void aCertificateThatNamesNoNodeIsRefused() throws Exception {
    X509Certificate authority = fleet.federation().authorities().get(0);
    CertificateKey key = CertificateKey.generate(Fleet.RANDOM);
    X509Certificate nameless =
        CertificateForm.node(
            authority,
            fleet.authority.key(),
            key.publicKey(),
            BigInteger.TWO,
            new Span(now.minusSeconds(60), now.plusSeconds(600)),
            new CertificateForm.Names(fleet.federation().id(), NodeId.COORDINATOR, List.of()),
            Role.SITE);
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "node", key.privateKey(), new char[0], new X509Certificate[] {nameless, authority});
    refusedByServer(
        meet(
            tls(fleet.coordinator),
            Tls.server(),
            mixed(store, TRUSTS_ALL),
            Tls.client(),
            "localhost"),
        "the node coordinator in the role SITE");
  }

  @Test
  void aCertificateIsNotJudgedWithoutItsConnection() {
    X509Certificate[] chain = site.chain().toArray(X509Certificate[]::new);
    assertThatThrownBy(() -> trust(site).checkClientTrusted(chain, "EC"))
        .hasMessageContaining("only for a connection");
    assertThatThrownBy(() -> trust(site).checkServerTrusted(chain, "EC"))
        .hasMessageContaining("only for a connection");
  }

  /** A resumed connection is not verified again, so it must not outlast a revocation for long. */
  @Test
  void connectionsAreResumedForAMinuteAtMost() {
    SSLContext context = context(site);
    assertThat(context.getServerSessionContext().getSessionTimeout()).isEqualTo(60);
    assertThat(context.getClientSessionContext().getSessionTimeout()).isEqualTo(60);
  }

  @Test
  void theKeyStoreHoldsTheNodeAndItsAuthoritiesAlone() throws Exception {
    char[] password = "password".toCharArray();
    KeyStore store = tlsOf(site).keyStore(password);
    assertThat(java.util.Collections.list(store.aliases()))
        .containsExactlyInAnyOrder("node", "authority-0");
    assertThat(store.getCertificateChain("node")).containsExactlyElementsOf(site.chain());
    assertThat(store.getKey("node", password)).isEqualTo(site.tls().privateKey());
  }

  private static boolean hasIpv6() {
    try (ServerSocket socket = new ServerSocket(0, 1, loopback("::1"))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static InetAddress loopback(String host) throws IOException {
    byte[] six = new byte[16];
    six[15] = 1;
    return InetAddress.getByAddress(host.equals("::1") ? six : new byte[] {127, 0, 0, 1});
  }

  private static Tls tlsOf(Credentials credentials) {
    return new Tls(credentials, () -> RevocationList.none(credentials.federation().id()));
  }

  private static SSLContext tls(Credentials credentials) {
    return tlsOf(credentials).context();
  }

  private static SSLContext context(Credentials credentials) {
    return tls(credentials);
  }

  private static FederationTrust trust(Credentials credentials) {
    return tlsOf(credentials).trust();
  }

  /** The key of one node with the trust of another, as a program of an attacker would have it. */
  private static SSLContext mixed(Credentials shown, TrustManager trust) throws Exception {
    return mixed(tlsOf(shown).keyStore(new char[0]), trust);
  }

  private static SSLContext mixed(KeyStore shown, TrustManager trust) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(shown, new char[0]);
    // it shows what it has, whomever the other side says it trusts
    javax.net.ssl.X509ExtendedKeyManager manager =
        new ShowsAlways((javax.net.ssl.X509ExtendedKeyManager) keys.getKeyManagers()[0]);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(
        new javax.net.ssl.KeyManager[] {manager}, new TrustManager[] {trust}, new SecureRandom());
    return context;
  }

  private static SSLParameters noHost() {
    SSLParameters parameters = Tls.client();
    parameters.setEndpointIdentificationAlgorithm("");
    return parameters;
  }

  private static Met meet(
      SSLContext server,
      SSLParameters serverParameters,
      SSLContext client,
      SSLParameters clientParameters,
      String host) {
    try (SSLServerSocket listening =
        (SSLServerSocket)
            server.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getByName(host))) {
      listening.setSSLParameters(serverParameters);
      CompletableFuture<Optional<Exception>> met =
          CompletableFuture.supplyAsync(() -> greet(listening));
      String[] protocol = {""};
      Optional<Exception> clientMet = dial(client, clientParameters, host, listening, protocol);
      return new Met(met.get(SECONDS, TimeUnit.SECONDS), clientMet, protocol[0]);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Optional<Exception> greet(SSLServerSocket listening) {
    try (SSLSocket socket = (SSLSocket) listening.accept()) {
      socket.setSoTimeout(SECONDS * 1000);
      socket.startHandshake();
      socket.getOutputStream().write(7);
      socket.getOutputStream().flush();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  private static Optional<Exception> dial(
      SSLContext client,
      SSLParameters parameters,
      String host,
      SSLServerSocket listening,
      String[] protocol) {
    try (Socket plain = new Socket(loopback(host), listening.getLocalPort());
        SSLSocket socket =
            (SSLSocket)
                client.getSocketFactory().createSocket(plain, host, plain.getPort(), true)) {
      socket.setSoTimeout(SECONDS * 1000);
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      protocol[0] = socket.getSession().getProtocol();
      InputStream in = socket.getInputStream();
      return in.read() == 7 ? Optional.empty() : Optional.of(new IOException("no greeting"));
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  private static void refusedByServer(Met met, String why) {
    assertThat(met.server().orElseThrow()).hasStackTraceContaining(why);
    assertThat(met.client()).isPresent();
  }

  private static void refusedByClient(Met met, String why) {
    assertThat(met.client().orElseThrow()).hasStackTraceContaining(why);
    assertThat(met.server()).isPresent();
  }

  private static final X509TrustManager TRUSTS_ALL =
      new javax.net.ssl.X509ExtendedTrustManager() {
        @Override
        public void checkClientTrusted(X509Certificate[] c, String t, Socket s) {}

        @Override
        public void checkServerTrusted(X509Certificate[] c, String t, Socket s) {}

        @Override
        public void checkClientTrusted(X509Certificate[] c, String t, javax.net.ssl.SSLEngine e) {}

        @Override
        public void checkServerTrusted(X509Certificate[] c, String t, javax.net.ssl.SSLEngine e) {}

        @Override
        public void checkClientTrusted(X509Certificate[] c, String t) {}

        @Override
        public void checkServerTrusted(X509Certificate[] c, String t) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
          return new X509Certificate[0];
        }
      };
}
