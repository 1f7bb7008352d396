package dev.weft.privacy.keys;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** What is in the certificates of a federation: ids and hosts, never a name that people gave. */
final class CertificateForm {
  private CertificateForm() {}

  /** Whom a node's certificate names. */
  record Names(FederationId federation, NodeId node, List<Host> hosts) {

    GeneralNames alternativeNames() {
      List<GeneralName> names = new ArrayList<>();
      names.add(
          new GeneralName(GeneralName.uniformResourceIdentifier, Identity.uri(federation, node)));
      hosts.forEach(host -> names.add(host.alternativeName()));
      return new GeneralNames(names.toArray(GeneralName[]::new));
    }
  }

  static X500Name subject(FederationId federation) {
    return new X500Name("CN=" + federation + ",O=Weft federation");
  }

  /** Vouches for itself and may sign certificates of nodes, but no further authority. */
  static X509Certificate authority(
      FederationId federation, BigInteger serial, Span span, CertificateKey key) {
    X500Name subject = subject(federation);
    return signed(
        builder(subject, serial, span, subject, key.publicKey()),
        key,
        key.publicKey(),
        builder -> {
          builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
          builder.addExtension(
              Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        });
  }

  /** For one role and for nothing else. */
  static X509Certificate node(
      X509Certificate issuer,
      CertificateKey issuerKey,
      PublicKey key,
      BigInteger serial,
      Span span,
      Names names,
      Role role) {
    X500Name issuerName = X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded());
    X500Name subject = new X500Name("CN=" + names.node() + ",O=Weft federation");
    return signed(
        builder(issuerName, serial, span, subject, key),
        issuerKey,
        key,
        builder -> {
          builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
          builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
          builder.addExtension(
              Extension.extendedKeyUsage, true, new ExtendedKeyUsage(role.purpose()));
          builder.addExtension(Extension.subjectAlternativeName, false, names.alternativeNames());
          byte[] ofIssuer = issuer.getExtensionValue(Extension.subjectKeyIdentifier.getId());
          if (ofIssuer != null) { // an authority that others certified may have none
            builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                new AuthorityKeyIdentifier(
                    SubjectKeyIdentifier.getInstance(
                            JcaX509ExtensionUtils.parseExtensionValue(ofIssuer))
                        .getKeyIdentifier()));
          }
        });
  }

  @FunctionalInterface
  private interface Extensions {
    void addTo(X509v3CertificateBuilder builder) throws IOException;
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, BigInteger serial, Span span, X500Name subject, PublicKey key) {
    return new X509v3CertificateBuilder(
        issuer,
        serial,
        Date.from(span.from()),
        Date.from(span.until()),
        subject,
        SubjectPublicKeyInfo.getInstance(key.getEncoded()));
  }

  private static X509Certificate signed(
      X509v3CertificateBuilder builder,
      CertificateKey issuer,
      PublicKey key,
      Extensions extensions) {
    try {
      extensions.addTo(builder);
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder(CertificateKey.SIGNATURE)
                      .build(issuer.privateKey())));
    } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException("a certificate could not be made", e);
    }
  }
}
