package dev.weft.privacy.keys;

import org.bouncycastle.asn1.x509.KeyPurposeId;

/** What a node may be in its federation; its certificate is good for nothing else. */
public enum Role {
  /** Takes connections: a TLS server. */
  COORDINATOR,
  /** Makes connections: a TLS client. */
  SITE;

  /** The extended key usage of its certificate. */
  KeyPurposeId purpose() {
    return switch (this) {
      case COORDINATOR -> KeyPurposeId.id_kp_serverAuth;
      case SITE -> KeyPurposeId.id_kp_clientAuth;
    };
  }
}
