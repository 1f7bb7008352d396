package dev.weft.client.doctor;

import dev.weft.privacy.keys.Credentials;
import dev.weft.privacy.keys.Federation;
import dev.weft.privacy.keys.JoiningTls;
import dev.weft.privacy.keys.RevocationList;
import dev.weft.privacy.keys.Tls;
import dev.weft.privacy.keys.Token;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * Whom a site means to reach, as far as it knows.
 *
 * @param federation its id
 * @param tls of a connection to it
 * @param parameters likewise
 * @param known whether a chain of certificates is by the federation's authority
 */
record Whom(
    String federation,
    Supplier<SSLContext> tls,
    SSLParameters parameters,
    Predicate<List<X509Certificate>> known) {

  /** A site that has joined. */
  static Whom of(Credentials own) {
    Federation federation = own.federation();
    return new Whom(
        federation.id().value(),
        () -> new Tls(own, () -> RevocationList.none(federation.id())).context(),
        Tls.client(),
        chain -> federation.authorities().stream().anyMatch(authority -> signed(chain, authority)));
  }

  /** A site that has nothing but a token, and shows no certificate. */
  static Whom of(Token token, InstantSource time) {
    SSLParameters parameters = Tls.client();
    parameters.setEndpointIdentificationAlgorithm(null);
    return new Whom(
        token.federation().value(),
        () -> JoiningTls.context(token, time),
        parameters,
        chain ->
            chain.stream()
                .anyMatch(
                    authority ->
                        Federation.fingerprint(authority).equals(token.authority())
                            && signed(chain, authority)));
  }

  private static boolean signed(List<X509Certificate> chain, X509Certificate authority) {
    if (chain.isEmpty()) {
      return false;
    }
    try {
      chain.get(0).verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
