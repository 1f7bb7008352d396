package dev.weft.client.site;

import dev.weft.privacy.keys.Authority;
import dev.weft.privacy.keys.CertificateKey;
import dev.weft.privacy.keys.CertificateRequest;
import dev.weft.privacy.keys.Credentials;
import dev.weft.privacy.keys.DisplayName;
import dev.weft.privacy.keys.Host;
import dev.weft.privacy.keys.Issued;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.keys.RevocationList;
import dev.weft.privacy.keys.SignedStatement;
import dev.weft.privacy.keys.SigningKey;
import dev.weft.privacy.keys.Tls;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;

/** A federation's authority with its coordinator on this machine. */
public final class TestAuthority {
  static final String UNKNOWN_NAME = "coordinator.invalid";

  private final SecureRandom random = new SecureRandom();
  private final AtomicReference<InstantSource> clock;
  private final Authority authority;
  private final List<String> hosts;
  private Credentials coordinator;
  private final AtomicReference<RevocationList> revoked;

  TestAuthority() {
    this(InstantSource.system());
  }

  /**
   * @param hosts that the coordinator's certificate is for
   */
  public TestAuthority(List<String> hosts) {
    this(InstantSource.system(), hosts);
  }

  /**
   * @param clock by which it is founded
   */
  TestAuthority(InstantSource clock) {
    this(clock, List.of("localhost", "127.0.0.1", UNKNOWN_NAME));
  }

  private TestAuthority(InstantSource clock, List<String> hosts) {
    this.hosts = List.copyOf(hosts);
    this.clock = new AtomicReference<>(clock);
    this.authority =
        Authority.create(
            new DisplayName("test federation"), () -> this.clock.get().instant(), random);
    this.coordinator = newCoordinator();
    this.revoked = new AtomicReference<>(RevocationList.none(authority.federation().id()));
  }

  /** From now on it certifies by this clock. */
  void setClock(InstantSource newClock) {
    clock.set(newClock);
  }

  /** A name that no name server knows is the coordinator's too. */
  Credentials newCoordinator() {
    return credentials(
        (request, name) ->
            authority.issueCoordinator(request, name, hosts.stream().map(Host::parse).toList()),
        "coordinator",
        List.of());
  }

  public Authority authority() {
    return authority;
  }

  public Credentials coordinator() {
    return coordinator;
  }

  public Credentials site(String name) {
    return credentials(authority::issueSite, name, List.of(coordinator.coordinator()));
  }

  private Credentials credentials(
      BiFunction<CertificateRequest, DisplayName, Issued> issue,
      String name,
      List<SignedStatement> coordinator) {
    CertificateKey tls = CertificateKey.generate(random);
    SigningKey signing = SigningKey.generate(random);
    Issued issued = issue.apply(CertificateRequest.of(tls, signing), new DisplayName(name));
    return Credentials.of(
        authority.federation(),
        tls,
        signing,
        issued,
        coordinator.isEmpty() ? issued.enrolment() : coordinator.get(0));
  }

  public static SSLContext context(Credentials credentials) {
    return new Tls(credentials, () -> RevocationList.none(credentials.federation().id())).context();
  }

  /** Trusts the coordinator and shows no certificate. */
  SSLContext stranger() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust().getTrustManagers(), random);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** For whoever shows a certificate that he has, and would trust the coordinator. */
  SSLContext trusting(Credentials shown) {
    try {
      char[] password = new char[0];
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(
          new Tls(shown, () -> RevocationList.none(shown.federation().id())).keyStore(password),
          password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {always((X509KeyManager) keys.getKeyManagers()[0])},
          trust().getTrustManagers(),
          random);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Shows its certificate whoever is asked for. */
  private static X509ExtendedKeyManager always(X509KeyManager keys) {
    return new X509ExtendedKeyManager() {
      @Override
      public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
        return keys.getClientAliases(types[0], null) == null
            ? keys.getClientAliases("EC", null)[0]
            : keys.getClientAliases(types[0], null)[0];
      }

      @Override
      public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
        return keys.chooseClientAlias(types, null, socket);
      }

      @Override
      public String[] getClientAliases(String type, Principal[] issuers) {
        return keys.getClientAliases(type, null);
      }

      @Override
      public String[] getServerAliases(String type, Principal[] issuers) {
        return keys.getServerAliases(type, null);
      }

      @Override
      public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
        return keys.chooseServerAlias(type, null, socket);
      }

      @Override
      public X509Certificate[] getCertificateChain(String alias) {
        return keys.getCertificateChain(alias);
      }

      @Override
      public PrivateKey getPrivateKey(String alias) {
        return keys.getPrivateKey(alias);
      }
    };
  }

  private TrustManagerFactory trust() {
    try {
      KeyStore anchors = KeyStore.getInstance("PKCS12");
      anchors.load(null, null);
      anchors.setCertificateEntry("authority", authority.federation().authorities().get(0));
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(anchors);
      return trust;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The coordinator's certificate begins now. */
  void renewCoordinator() {
    coordinator = newCoordinator();
  }

  /** From now on this node is not admitted. */
  void revoke(NodeId node) {
    revoked.set(revoked.get().with(List.of(node), List.of()));
  }

  SSLEngine serverSide() {
    SSLEngine engine = new Tls(coordinator, revoked::get).context().createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = Tls.server();
    parameters.setWantClientAuth(true);
    engine.setSSLParameters(parameters);
    return engine;
  }
}
