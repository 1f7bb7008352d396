package dev.weft.privacy.keys;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;

/**
 * An authority that waits for an outside authority to certify it. The outside one vouches for it
 * and gains nothing by that: nodes trust this authority's certificate itself, so no other
 * certificate of the outside one is worth anything in the federation.
 */
public final class AuthorityRequest {
  private final FederationId federation;
  private final DisplayName name;
  private final CertificateKey key;

  AuthorityRequest(FederationId federation, DisplayName name, CertificateKey key) {
    this.federation = federation;
    this.name = name;
    this.key = key;
  }

  public static AuthorityRequest create(DisplayName name, SecureRandom random) {
    return new AuthorityRequest(
        FederationId.drawn(name, random), name, CertificateKey.generate(random));
  }

  /** PKCS#10 in PEM, for the outside authority: a CA certificate of path length 0 is needed. */
  public String toPem() {
    return PemBlock.of(
            PemBlock.CERTIFICATE_REQUEST,
            CertificateRequest.pkcs10(CertificateForm.subject(federation), key))
        .write();
  }

  /**
   * {@link #accept(List, InstantSource, SecureRandom)} of a chain in PEM.
   *
   * @param what names the text in the sentence
   */
  public Authority accept(String pem, String what, InstantSource time, SecureRandom random) {
    try {
      return accept(
          PemBlock.read(pem, what).stream()
              .filter(block -> block.type().equals(PemBlock.CERTIFICATE))
              .map(block -> Certificates.of(block.content().toArray()))
              .toList(),
          time,
          random);
    } catch (IllegalArgumentException e) {
      throw new WeftException(
          Problem.BAD_KEY_FILE, Text.format("%s: %s; copy it again", what, e.getMessage()), e);
    }
  }

  /**
   * The authority, once it is certified.
   *
   * @param chain this authority's certificate, then each signer's, up to the outside root's
   * @throws WeftException that says what is wrong with the chain
   */
  public Authority accept(List<X509Certificate> chain, InstantSource time, SecureRandom random) {
    if (chain.isEmpty() || !chain.get(0).getPublicKey().equals(key.publicKey())) {
      throw refused("does not begin with a certificate of this authority's key", null);
    }
    if (!Certificates.isAuthority(chain.get(0))) {
      throw refused("gives this authority no right to sign certificates", null);
    }
    requireLinked(chain, time.instant());
    return Authority.of(key, new Federation(federation, name, List.of(chain.get(0))), time, random);
  }

  private void requireLinked(List<X509Certificate> chain, Instant now) {
    int last = chain.size() - 1;
    if (last == 0) {
      throw refused("has no signer of this authority's certificate", null);
    }
    for (int below = 1; below <= last; below++) {
      if (chain.get(below).getBasicConstraints() < below) {
        throw refused(
            Text.format("has as number %d one that allows no such authority below it", below + 1),
            null);
      }
    }
    try {
      X509Certificate root = chain.get(last);
      root.checkValidity(Date.from(now));
      PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now));
      CertPathValidator.getInstance("PKIX")
          .validate(
              CertificateFactory.getInstance("X.509").generateCertPath(chain.subList(0, last)),
              parameters);
    } catch (GeneralSecurityException e) {
      throw refused("does not hold (" + e.getMessage() + ")", e);
    }
  }

  private WeftException refused(String why, Exception cause) {
    return new WeftException(
        Problem.CERTIFICATE_REFUSED,
        Text.format(
            "federation %s: the chain %s; ask the outside authority for all certificates from this"
                + " request's up to its root's",
            federation, why),
        cause);
  }

  FederationId federation() {
    return federation;
  }

  public DisplayName name() {
    return name;
  }

  CertificateKey key() {
    return key;
  }

  @Override
  public String toString() {
    return "request for the authority of federation " + federation;
  }
}
