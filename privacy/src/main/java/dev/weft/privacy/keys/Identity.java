package dev.weft.privacy.keys;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.math.BigInteger;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * What a certificate says of its owner: exactly one alternative name {@code
 * weft://<federation>/<node>} and exactly one use. It proves nothing before the certificate is
 * verified ({@link Federation#identify}, or the TLS handshake).
 *
 * @param serial of the certificate
 */
public record Identity(FederationId federation, NodeId node, Role role, BigInteger serial) {
  private static final Pattern URI = Pattern.compile("weft://([a-z0-9-]{1,63})/([a-z0-9-]{1,63})");

  /**
   * @throws WeftException if the certificate does not name exactly one node in exactly one role
   */
  public static Identity of(X509Certificate certificate) {
    List<String> uris = uris(certificate);
    Matcher uri = URI.matcher(uris.size() == 1 ? uris.get(0) : "");
    if (!uri.matches()) {
      throw refused("names %d nodes instead of one", uris.size());
    }
    NodeId node = new NodeId(uri.group(2));
    Role role = role(certificate);
    if ((role == Role.COORDINATOR) != node.equals(NodeId.COORDINATOR)) {
      throw refused("is for the node %s in the role %s", node, role);
    }
    return new Identity(new FederationId(uri.group(1)), node, role, certificate.getSerialNumber());
  }

  static String uri(FederationId federation, NodeId node) {
    return "weft://" + federation + "/" + node;
  }

  private static List<String> uris(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .filter(name -> name.get(0).equals(GeneralName.uniformResourceIdentifier))
              .map(name -> (String) name.get(1))
              .toList();
    } catch (CertificateParsingException e) {
      throw refused("has damaged names");
    }
  }

  private static Role role(X509Certificate certificate) {
    try {
      List<String> purposes = certificate.getExtendedKeyUsage();
      for (Role role : Role.values()) {
        if (List.of(role.purpose().getId()).equals(purposes)) {
          return role;
        }
      }
    } catch (CertificateParsingException e) {
      throw refused("has damaged uses");
    }
    throw refused("is not for exactly one of a coordinator and a site");
  }

  @FormatMethod
  private static WeftException refused(@FormatString String why, Object... values) {
    return new WeftException(
        Problem.CERTIFICATE_REFUSED,
        "the certificate " + Text.format(why, values) + "; join the federation again");
  }
}
