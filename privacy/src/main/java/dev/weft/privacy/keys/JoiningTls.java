package dev.weft.privacy.keys;

import dev.weft.core.Text;
import dev.weft.core.error.WeftException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS for a site that knows nothing of a federation but its token: the other side must show the
 * authority whose fingerprint the token names, and a coordinator's certificate that this authority
 * signed. The host's name is not asked for here, since the answer to the request to join is signed
 * by the same authority.
 */
public final class JoiningTls {
  private JoiningTls() {}

  /** Shows no certificate. */
  public static SSLContext context(Token token, InstantSource time) {
    try {
      SSLContext context = SSLContext.getInstance(Tls.VERSION);
      context.init(null, new TrustManager[] {new Trust(token, time)}, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS 1.3", e);
    }
  }

  private static final class Trust extends X509ExtendedTrustManager {
    private final Token token;
    private final InstantSource time;

    Trust(Token token, InstantSource time) {
      this.token = token;
      this.time = time;
    }

    private void require(X509Certificate[] chain) throws CertificateException {
      X509Certificate authority = chain[chain.length - 1];
      if (chain.length < 2 || !Federation.fingerprint(authority).equals(token.authority())) {
        throw new CertificateException(
            Text.format(
                "the other side shows the authority %s (fingerprint %s) and not that of federation"
                    + " %s; something on the way opens TLS: ask the network team to let this"
                    + " connection pass unopened",
                authority.getSubjectX500Principal(),
                Federation.fingerprint(authority),
                token.federation()));
      }
      try {
        Federation federation =
            new Federation(token.federation(), token.site(), List.of(authority));
        Identity identity = federation.identify(chain[0], time.instant());
        if (identity.role() != Role.COORDINATOR) {
          throw new CertificateException("the other side is a site and no coordinator");
        }
      } catch (WeftException | IllegalArgumentException e) {
        throw new CertificateException(e.getMessage(), e);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      require(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      require(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      require(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("who joins is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("who joins is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("who joins is no server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
