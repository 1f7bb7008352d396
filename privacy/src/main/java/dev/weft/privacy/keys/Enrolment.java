package dev.weft.privacy.keys;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.math.BigInteger;
import java.time.Instant;

/**
 * What the authority says of a node: its name and its two keys belong together. It is had only from
 * a statement whose signature holds.
 *
 * @param name what people call the node
 * @param signing its Ed25519 key
 * @param tls SHA-256 of the SubjectPublicKeyInfo in its certificate
 * @param serial of that certificate
 * @param notAfter when both end
 */
public record Enrolment(
    FederationId federation,
    NodeId node,
    DisplayName name,
    Role role,
    VerifyingKey signing,
    Digest tls,
    BigInteger serial,
    Instant notAfter) {
  private static final String CONTEXT = "weft/v1/enrolment";
  private static final int MOST_SERIAL_BYTES = 20;

  public Enrolment {
    NodeId own = role == Role.SITE ? NodeId.of(name) : NodeId.COORDINATOR;
    if (!node.equals(own)) {
      throw new IllegalArgumentException(
          Text.format("node: the %s %s has the id %s, got %s", role, name, own, node));
    }
  }

  /**
   * @throws WeftException if this federation's authority did not sign it, it is of another
   *     federation, or it has ended
   */
  public static Enrolment of(SignedStatement signed, Federation federation, Instant now) {
    Enrolment enrolment = whenever(signed, federation);
    if (now.isAfter(enrolment.notAfter)) {
      throw refused(enrolment, "ended at " + enrolment.notAfter + "; renew it or join again");
    }
    return enrolment;
  }

  /** The same for one that may have ended, such as one's own after a long pause. */
  static Enrolment whenever(SignedStatement signed, Federation federation) {
    Enrolment enrolment = signed.open(federation, CONTEXT, "the enrolment", Enrolment::read);
    if (!enrolment.federation.equals(federation.id())) {
      throw refused(enrolment, "is for federation " + enrolment.federation + "; join this one");
    }
    return enrolment;
  }

  private static WeftException refused(Enrolment enrolment, String why) {
    return new WeftException(
        Problem.CERTIFICATE_REFUSED, Text.format("node %s: the enrolment %s", enrolment.node, why));
  }

  FieldWriter statement() {
    return new FieldWriter(CONTEXT)
        .text(federation.value())
        .text(node.value())
        .text(name.text())
        .text(role.name())
        .bytes(signing.encoded())
        .text(tls.hex())
        .bytes(serial.toByteArray())
        .number(notAfter.getEpochSecond());
  }

  private static Enrolment read(FieldReader fields) {
    return new Enrolment(
        new FederationId(fields.text(NodeId.MOST)),
        new NodeId(fields.text(NodeId.MOST)),
        new DisplayName(fields.text(DisplayName.MOST_BYTES)),
        Role.valueOf(fields.text(Role.COORDINATOR.name().length())),
        VerifyingKey.of(fields.bytes(VerifyingKey.BYTES)),
        new Digest(fields.text(Digest.of(new byte[0]).hex().length())),
        new BigInteger(fields.bytes(MOST_SERIAL_BYTES)),
        Instant.ofEpochSecond(fields.number()));
  }
}
