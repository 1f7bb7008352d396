package dev.weft.privacy.keys;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** All that a node needs to prove who it is, and to know whom it speaks to. */
public final class Credentials {
  private final Federation federation;
  private final CertificateKey tls;
  private final SigningKey signing;
  private final Issued issued;
  private final Enrolment enrolment;
  private final SignedStatement coordinatorStatement;
  private final Enrolment coordinator;

  private Credentials(
      Federation federation,
      CertificateKey tls,
      SigningKey signing,
      Issued issued,
      SignedStatement coordinator) {
    this.federation = federation;
    this.tls = tls;
    this.signing = signing;
    this.issued = issued;
    this.enrolment = Enrolment.whenever(issued.enrolment(), federation);
    this.coordinatorStatement = coordinator;
    this.coordinator = Enrolment.whenever(coordinator, federation);
  }

  /**
   * Credentials whose parts belong together; they may have ended by now.
   *
   * @param coordinator what the authority says of the coordinator; its own, for a coordinator
   * @throws WeftException that says which part does not fit
   */
  public static Credentials of(
      Federation federation,
      CertificateKey tls,
      SigningKey signing,
      Issued issued,
      SignedStatement coordinator) {
    Credentials credentials = new Credentials(federation, tls, signing, issued, coordinator);
    credentials.requireFitting();
    return credentials;
  }

  private void requireFitting() {
    X509Certificate certificate = issued.certificate();
    Identity identity = federation.identify(certificate, Certificates.from(certificate));
    require(certificate.getPublicKey().equals(tls.publicKey()), "certificate", "TLS key");
    require(enrolment.tls().equals(CertificateKey.digest(tls.publicKey())), "enrolment", "TLS key");
    require(enrolment.signing().equals(signing.verifyingKey()), "enrolment", "signing key");
    require(
        enrolment.serial().equals(identity.serial())
            && enrolment.node().equals(identity.node())
            && enrolment.role() == identity.role(),
        "enrolment",
        "certificate");
    require(coordinator.role() == Role.COORDINATOR, "coordinator's enrolment", "coordinator");
  }

  private void require(boolean fitting, String part, String other) {
    if (!fitting) {
      throw new WeftException(
          Problem.BAD_KEY_FILE,
          Text.format(
              "node %s: the %s is not for the %s; restore all from one backup or join again",
              enrolment.node(), part, other));
    }
  }

  /** The same node with a new certificate of a new TLS key. */
  public Credentials renewed(CertificateKey newTls, Issued renewal) {
    boolean own = enrolment.role() == Role.COORDINATOR;
    return of(
        federation, newTls, signing, renewal, own ? renewal.enrolment() : coordinatorStatement);
  }

  /**
   * The same node after the coordinator has a new enrolment, perhaps with a new signing key.
   *
   * @throws WeftException if the authority did not say so, or it has ended
   */
  public Credentials trusting(SignedStatement newCoordinator, Instant now) {
    Enrolment.of(newCoordinator, federation, now);
    return of(federation, tls, signing, issued, newCoordinator);
  }

  public Federation federation() {
    return federation;
  }

  /** What the authority says of this node. */
  public Enrolment enrolment() {
    return enrolment;
  }

  public NodeId node() {
    return enrolment.node();
  }

  public SigningKey signing() {
    return signing;
  }

  /** Whose signature the coordinator's messages have. */
  public VerifyingKey coordinatorKey() {
    return coordinator.signing();
  }

  /** What the authority says of the coordinator. */
  public SignedStatement coordinator() {
    return coordinatorStatement;
  }

  public Issued issued() {
    return issued;
  }

  /** This node's certificate, then its authority's. */
  public List<X509Certificate> chain() {
    return List.of(issued.certificate(), federation.issuerOf(issued.certificate()));
  }

  public Instant notAfter() {
    return Certificates.until(issued.certificate());
  }

  /** Whether half of the certificate's life is over, so that it should be renewed. */
  public boolean halfLife(Instant now) {
    Instant from = Certificates.from(issued.certificate());
    Duration life = Duration.between(from, notAfter());
    return !now.isBefore(from.plus(life.dividedBy(2)));
  }

  CertificateKey tls() {
    return tls;
  }

  @Override
  public String toString() {
    return Text.format("credentials of %s in federation %s", enrolment.node(), federation.id());
  }
}
