package dev.weft.privacy.keys;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.security.cert.X509Certificate;

/**
 * Something that a federation's authority has signed. What it says is read only by those who know
 * the federation, after the signature was verified.
 *
 * @param statement fields that begin with the kind of statement
 * @param signature ECDSA with SHA-256 by the authority's key
 */
public record SignedStatement(Bytes statement, Bytes signature) {
  private static final String CONTEXT = "weft/v1/signed-statement";
  private static final int MOST_SIGNATURE_BYTES = 128;

  /** Room for a revocation list of 10⁴ nodes and certificates (privacy.md 4.1). */
  static final int MOST_BYTES = 1 << 20;

  /**
   * What the authority said.
   *
   * @param context the kind of statement that it must be
   * @param what names it in the sentence
   * @throws WeftException if nobody whom this federation trusts signed it
   */
  <T> T open(Federation federation, String context, String what, FieldReader.Fields<T> fields) {
    if (federation.authorities().stream().noneMatch(this::isBy)) {
      throw new WeftException(
          Problem.CERTIFICATE_REFUSED,
          Text.format(
              "%s is not signed by the authority of federation %s; fetch it again from there",
              what, federation.id()));
    }
    return read(context, what, fields);
  }

  /** The same for an authority whose federation is only about to be known. */
  <T> T open(X509Certificate authority, String context, String what, FieldReader.Fields<T> fields) {
    if (!isBy(authority)) {
      throw new WeftException(
          Problem.CERTIFICATE_REFUSED,
          what + " is not signed by the authority that it comes with; fetch it again");
    }
    return read(context, what, fields);
  }

  private boolean isBy(X509Certificate authority) {
    return CertificateKey.verifies(authority.getPublicKey(), statement.toArray(), signature);
  }

  private <T> T read(String context, String what, FieldReader.Fields<T> fields) {
    return FieldReader.read(
        statement.toArray(), context, Problem.CERTIFICATE_REFUSED, what, fields);
  }

  public byte[] encode() {
    return write(new FieldWriter(CONTEXT)).toArray();
  }

  /**
   * @throws WeftException if the bytes are no statement; whether it is true they do not say
   */
  public static SignedStatement decode(byte[] bytes) {
    return FieldReader.read(
        bytes,
        CONTEXT,
        Problem.CERTIFICATE_REFUSED,
        "what an authority signed",
        SignedStatement::read);
  }

  FieldWriter write(FieldWriter fields) {
    return fields.bytes(statement).bytes(signature);
  }

  static SignedStatement read(FieldReader fields) {
    return new SignedStatement(
        Bytes.of(fields.bytes(MOST_BYTES)), Bytes.of(fields.bytes(MOST_SIGNATURE_BYTES)));
  }
}
