package dev.weft.privacy.keys;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * Whom the nodes of one federation trust: the certificates of its own authority and nobody else.
 *
 * @param authorities what may issue certificates here, the one that does first; others are there
 *     while one authority takes over from another. Each is trusted by itself, whoever signed it
 */
public record Federation(FederationId id, DisplayName name, List<X509Certificate> authorities) {
  private static final String CONTEXT = "weft/v1/federation";
  private static final int MOST_AUTHORITIES = 4;

  public Federation {
    authorities = List.copyOf(authorities);
    if (authorities.isEmpty() || authorities.size() > MOST_AUTHORITIES) {
      throw new IllegalArgumentException(
          Text.format("authorities: 1 to %d needed, got %d", MOST_AUTHORITIES, authorities.size()));
    }
    for (X509Certificate authority : authorities) {
      if (!Certificates.isAuthority(authority)) {
        throw new IllegalArgumentException("authorities: one may not sign certificates");
      }
    }
  }

  /** Of the authority that issues; what an invitation names and people compare. */
  public Fingerprint fingerprint() {
    return fingerprint(authorities.get(0));
  }

  /** Of a certificate, as people compare it. */
  public static Fingerprint fingerprint(X509Certificate certificate) {
    return Fingerprint.of(Certificates.der(certificate));
  }

  /**
   * Who the owner of this certificate is, if this federation issued it and it is valid now.
   *
   * @throws WeftException that says which of it is not so
   */
  public Identity identify(X509Certificate leaf, Instant now) {
    X509Certificate issuer = issuerOf(leaf);
    if (now.isAfter(Certificates.until(issuer))) {
      throw refused(
          Text.format(
              "is good, but its authority's ended at %s; found a new authority",
              Certificates.until(issuer)));
    }
    if (now.isBefore(Certificates.from(leaf))) {
      throw refused(
          Text.format("is valid only from %s; set the clock right", Certificates.from(leaf)));
    }
    if (now.isAfter(Certificates.until(leaf))) {
      throw refused(Text.format("expired at %s; renew it or join again", Certificates.until(leaf)));
    }
    Identity identity = Identity.of(leaf);
    if (!identity.federation().equals(id)) {
      throw refused("is for federation " + identity.federation() + "; use the one for this");
    }
    return identity;
  }

  /**
   * @throws WeftException if no authority of this federation signed the certificate
   */
  X509Certificate issuerOf(X509Certificate leaf) {
    return authorities.stream()
        .filter(authority -> Certificates.signedBy(leaf, authority.getPublicKey()))
        .findFirst()
        .orElseThrow(
            () ->
                refused("was issued by another authority; join this federation and use its files"));
  }

  private WeftException refused(String why) {
    return new WeftException(
        Problem.CERTIFICATE_REFUSED, Text.format("federation %s: the certificate %s", id, why));
  }

  byte[] encode() {
    return new FieldWriter(CONTEXT)
        .text(id.value())
        .text(name.text())
        .list(authorities, (writer, authority) -> writer.bytes(Certificates.der(authority)))
        .toArray();
  }

  /** Nothing here is proved by itself: the caller knows the fingerprint or the file. */
  static Federation decode(byte[] bytes, Problem problem, String what) {
    return FieldReader.read(
        bytes,
        CONTEXT,
        problem,
        what,
        fields ->
            new Federation(
                new FederationId(fields.text(NodeId.MOST)),
                new DisplayName(fields.text(DisplayName.MOST_BYTES)),
                fields.list(
                    MOST_AUTHORITIES,
                    reader -> Certificates.of(reader.bytes(Certificates.MOST_BYTES)))));
  }
}
