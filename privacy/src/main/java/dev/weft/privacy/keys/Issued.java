package dev.weft.privacy.keys;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.security.cert.X509Certificate;

/**
 * What an authority gives a node.
 *
 * @param certificate of its TLS key
 * @param enrolment binds it to its name and signing key
 */
public record Issued(X509Certificate certificate, SignedStatement enrolment) {
  private static final String CONTEXT = "weft/v1/issued";

  public byte[] encode() {
    return write(new FieldWriter(CONTEXT)).toArray();
  }

  /**
   * @throws WeftException if the bytes are anything else
   */
  public static Issued decode(byte[] bytes) {
    return FieldReader.read(
        bytes, CONTEXT, Problem.CERTIFICATE_REFUSED, "the new certificate", Issued::read);
  }

  FieldWriter write(FieldWriter fields) {
    return enrolment.write(fields.bytes(Certificates.der(certificate)));
  }

  static Issued read(FieldReader fields) {
    return new Issued(
        Certificates.of(fields.bytes(Certificates.MOST_BYTES)), SignedStatement.read(fields));
  }
}
