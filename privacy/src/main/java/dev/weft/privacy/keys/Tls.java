package dev.weft.privacy.keys;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;

/**
 * TLS between the nodes of one federation: version 1.3, both sides show a certificate, and only
 * those of the federation's authority count; the store of the operating system is never asked.
 */
public final class Tls {
  static final String VERSION = "TLSv1.3";

  private static final String[] SUITES = {
    "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"
  };

  /**
   * A resumed connection is not verified again, so a revocation takes effect after at most this
   * (privacy.md 3.3).
   */
  private static final int SESSION_SECONDS = 60;

  private final Credentials credentials;
  private final Supplier<RevocationList> revoked;

  /**
   * @param revoked the newest list; asked at every handshake
   */
  public Tls(Credentials credentials, Supplier<RevocationList> revoked) {
    this.credentials = credentials;
    this.revoked = revoked;
  }

  /**
   * For either side; a connection needs {@link #server} or {@link #client} as well. Build it anew
   * after the certificate was renewed.
   */
  public SSLContext context() {
    try {
      char[] password = new char[0];
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(keyStore(password), password);
      SSLContext context = SSLContext.getInstance(VERSION);
      context.init(keys.getKeyManagers(), new TrustManager[] {trust()}, new SecureRandom());
      for (SSLSessionContext sessions :
          List.of(context.getServerSessionContext(), context.getClientSessionContext())) {
        sessions.setSessionTimeout(SESSION_SECONDS);
      }
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS 1.3", e);
    }
  }

  /** What a coordinator sets on its engine or socket: clients must show a certificate. */
  public static SSLParameters server() {
    SSLParameters parameters = new SSLParameters(SUITES, new String[] {VERSION});
    parameters.setNeedClientAuth(true);
    return parameters;
  }

  /** What a site sets on its engine or socket: the certificate must name the host dialled. */
  public static SSLParameters client() {
    SSLParameters parameters = new SSLParameters(SUITES, new String[] {VERSION});
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    return parameters;
  }

  /** In memory: this node's key with its chain, and the authorities that it trusts. */
  public KeyStore keyStore(char[] password) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, password);
      store.setKeyEntry(
          "node",
          credentials.tls().privateKey(),
          password,
          credentials.chain().toArray(X509Certificate[]::new));
      int number = 0;
      for (X509Certificate authority : credentials.federation().authorities()) {
        store.setCertificateEntry("authority-" + number++, authority);
      }
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("a key store in memory cannot fail", e);
    }
  }

  FederationTrust trust() {
    return new FederationTrust(credentials.federation(), revoked);
  }
}
