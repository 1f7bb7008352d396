package dev.weft.privacy.keys;

import dev.weft.core.Text;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whom a TLS connection may lead to. The platform verifies the chain, the times, the use and the
 * host name; on top of that the other side must be a node of this federation in the opposite role,
 * not revoked, over TLS 1.3, even where a library forgot to ask for that version.
 */
final class FederationTrust extends X509ExtendedTrustManager {
  private final Federation federation;
  private final Supplier<RevocationList> revoked;
  private final X509ExtendedTrustManager platform;

  FederationTrust(Federation federation, Supplier<RevocationList> revoked) {
    this.federation = federation;
    this.revoked = revoked;
    this.platform = platform(federation);
  }

  private static X509ExtendedTrustManager platform(Federation federation) {
    try {
      KeyStore anchors = KeyStore.getInstance("PKCS12");
      anchors.load(null, null);
      int number = 0;
      for (X509Certificate authority : federation.authorities()) {
        anchors.setCertificateEntry("authority-" + number++, authority);
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(anchors);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager found) {
          return found;
        }
      }
      throw new IllegalStateException("the platform's PKIX has no trust manager for X.509");
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has PKIX", e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    platform.checkClientTrusted(chain, authType, socket);
    require(chain[0], Role.SITE, ((SSLSocket) socket).getHandshakeSession());
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    platform.checkServerTrusted(chain, authType, socket);
    require(chain[0], Role.COORDINATOR, ((SSLSocket) socket).getHandshakeSession());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    platform.checkClientTrusted(chain, authType, engine);
    require(chain[0], Role.SITE, engine.getHandshakeSession());
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    platform.checkServerTrusted(chain, authType, engine);
    require(chain[0], Role.COORDINATOR, engine.getHandshakeSession());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw withoutConnection();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw withoutConnection();
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return federation.authorities().toArray(X509Certificate[]::new);
  }

  private void require(X509Certificate certificate, Role role, SSLSession session)
      throws CertificateException {
    if (!session.getProtocol().equals(Tls.VERSION)) {
      throw new CertificateException(
          session.getProtocol() + " is too old; both sides must allow TLS 1.3");
    }
    Identity identity;
    try {
      identity = Identity.of(certificate);
    } catch (WeftException e) {
      throw new CertificateException(e.sentence(), e);
    }
    if (!identity.federation().equals(federation.id()) || identity.role() != role) {
      throw new CertificateException(
          Text.format(
              "a %s of federation %s is needed here, got a %s of %s",
              role, federation.id(), identity.role(), identity.federation()));
    }
    if (revoked.get().isRevoked(identity)) {
      throw new CertificateException(
          Text.format("the certificate of node %s is revoked", identity.node()));
    }
  }

  private static CertificateException withoutConnection() {
    return new CertificateException("a certificate is verified only for a connection");
  }
}
