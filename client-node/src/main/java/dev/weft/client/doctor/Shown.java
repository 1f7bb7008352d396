package dev.weft.client.doctor;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What the other side of a connection shows of itself, be it trusted or not. Nothing is sent over
 * such a connection, and no certificate is shown.
 *
 * @param chain its own certificate first
 * @param protocol such as TLSv1.3
 */
record Shown(List<X509Certificate> chain, String protocol) {

  Shown {
    chain = List.copyOf(chain);
  }

  /**
   * Shakes hands over a connection and closes it.
   *
   * @throws IOException if no TLS comes about
   */
  static Shown over(Socket connection, String host, int port) throws IOException {
    Looking looking = new Looking();
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {looking}, new SecureRandom());
      try (SSLSocket tls =
          (SSLSocket) context.getSocketFactory().createSocket(connection, host, port, true)) {
        tls.startHandshake();
        return new Shown(looking.chain, tls.getSession().getProtocol());
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  /** Lets everyone pass, since it only looks. */
  private static final class Looking extends X509ExtendedTrustManager {
    private List<X509Certificate> chain = new ArrayList<>();

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type, Socket socket) {
      chain = List.of(shown);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type, SSLEngine engine) {
      chain = List.of(shown);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type) {
      chain = List.of(shown);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
