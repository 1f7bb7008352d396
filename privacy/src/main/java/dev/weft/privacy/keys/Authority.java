package dev.weft.privacy.keys;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The certificate authority of one federation. It sees requests with public keys and never a node's
 * private key.
 */
public final class Authority {
  /** Of the authority's own certificate: ten years. */
  public static final Duration OWN_LIFE = Duration.ofDays(3652);

  /** Of a node's certificate; it is renewed at half of it. */
  public static final Duration NODE_LIFE = Duration.ofDays(30);

  /** Certificates begin this much in the past, for nodes whose clock is behind (privacy.md 3.3). */
  public static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private final CertificateKey key;
  private final Federation federation;
  private final InstantSource time;
  private final SecureRandom random;

  private Authority(
      CertificateKey key, Federation federation, InstantSource time, SecureRandom random) {
    this.key = key;
    this.federation = federation;
    this.time = time;
    this.random = random;
  }

  /** A new federation, whose authority vouches for itself. */
  public static Authority create(DisplayName name, InstantSource time, SecureRandom random) {
    FederationId id = FederationId.drawn(name, random);
    CertificateKey key = CertificateKey.generate(random);
    X509Certificate own = CertificateForm.authority(id, serial(random), span(time, OWN_LIFE), key);
    return new Authority(key, new Federation(id, name, List.of(own)), time, random);
  }

  /**
   * The authority that was saved.
   *
   * @throws WeftException if the key is not that of the federation's first authority
   */
  public static Authority of(
      CertificateKey key, Federation federation, InstantSource time, SecureRandom random) {
    if (!federation.authorities().get(0).getPublicKey().equals(key.publicKey())) {
      throw new WeftException(
          Problem.BAD_KEY_FILE,
          Text.format(
              "federation %s: the authority's key and certificate do not belong together; restore"
                  + " both from one backup",
              federation.id()));
    }
    return new Authority(key, federation, time, random);
  }

  public Federation federation() {
    return federation;
  }

  /**
   * Certifies the coordinator.
   *
   * @param hosts where sites reach it; TLS accepts no other
   * @throws WeftException if the request does not prove its keys, or this authority has ended
   */
  public Issued issueCoordinator(CertificateRequest request, DisplayName name, List<Host> hosts) {
    if (hosts.isEmpty()) {
      throw new IllegalArgumentException("hosts: at least one needed");
    }
    return issue(request, NodeId.COORDINATOR, name, Role.COORDINATOR, hosts);
  }

  /**
   * Certifies a site under the id of its name.
   *
   * @throws WeftException if the request does not prove its keys, or this authority has ended
   */
  public Issued issueSite(CertificateRequest request, DisplayName name) {
    return issue(request, NodeId.of(name), name, Role.SITE, List.of());
  }

  /**
   * A new certificate for a site that has a valid one and keeps its signing key. Whether it is
   * revoked the caller has asked before.
   *
   * @throws WeftException if it is no site of this federation, or the request is of another
   */
  public Issued renewSite(SignedStatement current, CertificateRequest request) {
    Enrolment enrolment = Enrolment.of(current, federation, time.instant());
    if (enrolment.role() != Role.SITE || !enrolment.signing().equals(request.signing())) {
      throw new WeftException(
          Problem.ENROLMENT_REFUSED,
          Text.format(
              "node %s: the request to renew is not by this node's signing key; join again with"
                  + " a new invitation",
              enrolment.node()));
    }
    return issueSite(request, enrolment.name());
  }

  private Issued issue(
      CertificateRequest request, NodeId node, DisplayName name, Role role, List<Host> hosts) {
    PublicKey tls = request.proven();
    X509Certificate own = federation.authorities().get(0);
    Span span = span(time, NODE_LIFE).within(own);
    BigInteger serial = serial(random);
    X509Certificate certificate =
        CertificateForm.node(
            own,
            key,
            tls,
            serial,
            span,
            new CertificateForm.Names(federation.id(), node, hosts),
            role);
    Enrolment enrolment =
        new Enrolment(
            federation.id(),
            node,
            name,
            role,
            request.signing(),
            CertificateKey.digest(tls),
            serial,
            span.until());
    return new Issued(certificate, sign(enrolment.statement()));
  }

  SignedStatement sign(FieldWriter statement) {
    byte[] bytes = statement.toArray();
    return new SignedStatement(Bytes.of(bytes), key.sign(bytes, random));
  }

  Instant now() {
    return time.instant();
  }

  CertificateKey key() {
    return key;
  }

  /** 128 random bits. */
  static BigInteger serial(SecureRandom random) {
    return new BigInteger(128, random);
  }

  private static Span span(InstantSource time, Duration life) {
    Instant now = time.instant().truncatedTo(ChronoUnit.SECONDS);
    return new Span(now.minus(CLOCK_SKEW), now.plus(life));
  }

  @Override
  public String toString() {
    return "authority of federation " + federation.id();
  }
}
