package dev.weft.privacy.secagg.message;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.FieldReader;
import dev.weft.privacy.keys.FieldWriter;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.Sha256;
import dev.weft.privacy.secagg.Signer;
import dev.weft.privacy.secagg.Verifier;
import dev.weft.privacy.secagg.primitive.Suite;

/**
 * Step 0b: a site's public keys for one session.
 *
 * @param context digest of the session's context
 * @param shareKey c: shares are encrypted to it
 * @param maskKey s: masks follow from it
 * @param kemKeys the same two of a hybrid suite, behind each other, that for masks first; else
 *     empty
 * @param nonce 32 random bytes
 * @param signature of the site
 */
public record Advertisement(
    Bytes context,
    NodeId node,
    Bytes shareKey,
    Bytes maskKey,
    Bytes kemKeys,
    Bytes nonce,
    Bytes signature)
    implements SiteMessage {
  static final String CONTEXT = "secagg/v1/message/advertise";
  static final int NONCE_BYTES = 32;
  static final int MOST_NODE_BYTES = 63;
  static final int MOST_KEM_BYTES = 1 << 12;

  /** Signed by the site. */
  public static Advertisement of(
      Bytes context,
      NodeId node,
      Bytes shareKey,
      Bytes maskKey,
      Bytes kemKeys,
      Bytes nonce,
      Signer site) {
    byte[] signed = signed(context, node, shareKey, maskKey, kemKeys, nonce);
    return new Advertisement(context, node, shareKey, maskKey, kemKeys, nonce, site.sign(signed));
  }

  public boolean isBy(Verifier site) {
    return site.verifies(signed(context, node, shareKey, maskKey, kemKeys, nonce), signature);
  }

  private static byte[] signed(
      Bytes context, NodeId node, Bytes shareKey, Bytes maskKey, Bytes kemKeys, Bytes nonce) {
    return new FieldWriter("secagg/v1/advertise")
        .fixed(context)
        .text(node.value())
        .fixed(shareKey)
        .fixed(maskKey)
        .fixed(nonce)
        .fixed(kemKeys)
        .toArray();
  }

  @Override
  public byte[] encode() {
    return write(new FieldWriter(CONTEXT).fixed(context)).toArray();
  }

  /** All but the context. */
  FieldWriter write(FieldWriter fields) {
    return fields
        .text(node.value())
        .fixed(shareKey)
        .fixed(maskKey)
        .bytes(kemKeys)
        .fixed(nonce)
        .fixed(signature);
  }

  static Advertisement read(FieldReader fields) {
    return read(fields.fixed(Sha256.BYTES), fields);
  }

  static Advertisement read(Bytes context, FieldReader fields) {
    return new Advertisement(
        context,
        new NodeId(fields.text(MOST_NODE_BYTES)),
        fields.fixed(Suite.KEY_BYTES),
        fields.fixed(Suite.KEY_BYTES),
        Bytes.of(fields.bytes(MOST_KEM_BYTES)),
        fields.fixed(NONCE_BYTES),
        fields.fixed(Verifier.SIGNATURE_BYTES));
  }
}
