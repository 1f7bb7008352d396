package dev.weft.privacy.keys;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an operator hands to a site so that it can join once: where the coordinator is, how to
 * recognise its authority, and a secret. It prints without the secret.
 *
 * @param addresses where the coordinator can be reached, best first
 * @param authority the fingerprint of the federation's authority
 * @param site the name under which the site joins
 * @param secret 16 random bytes, which no message ever holds
 * @param expiry after this the coordinator admits nobody with it; whole seconds
 */
public record Token(
    List<Address> addresses,
    FederationId federation,
    Fingerprint authority,
    DisplayName site,
    Bytes secret,
    Instant expiry) {
  private static final String CONTEXT = "weft/v1/token";
  private static final int VERSION = 1;
  private static final Pattern TEXT = Pattern.compile("weft([0-9]{1,9})\\.(.*)");
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9_-]*");
  private static final int CHECKSUM_BYTES = 4;
  private static final int MOST_ADDRESSES = 16;
  private static final int MOST_ADDRESS_BYTES = 300;
  static final int SECRET_BYTES = 16;

  public Token {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty() || addresses.size() > MOST_ADDRESSES) {
      throw new IllegalArgumentException(
          Text.format("addresses: 1 to %d needed, got %d", MOST_ADDRESSES, addresses.size()));
    }
    if (secret.size() != SECRET_BYTES) {
      throw new IllegalArgumentException(
          Text.format("secret: %d bytes needed, got %d", SECRET_BYTES, secret.size()));
    }
  }

  /**
   * {@code weft1.} and base64url of u16 length ‖ fields ‖ the first four bytes of their SHA-256.
   */
  public String text() {
    byte[] fields =
        new FieldWriter(CONTEXT)
            .list(addresses, (writer, address) -> writer.text(address.toString()))
            .text(federation.value())
            .bytes(authority.bytes())
            .text(site.text())
            .bytes(secret)
            .number(expiry.getEpochSecond())
            .toArray();
    ByteBuffer all = ByteBuffer.allocate(Short.BYTES + fields.length + CHECKSUM_BYTES);
    all.putShort((short) fields.length).put(fields).put(checksum(fields));
    return Text.format("weft%d.", VERSION)
        + Base64.getUrlEncoder().withoutPadding().encodeToString(all.array());
  }

  /**
   * The token that a person pasted, however the lines were broken.
   *
   * @throws WeftException if it is no token, of another version, cut short, damaged or expired
   */
  public static Token parse(String pasted, Instant now) {
    Matcher text = TEXT.matcher(pasted.replaceAll("\\s+", ""));
    if (!text.matches()) {
      throw bad(
          "this is no invitation token; one begins with weft1. and was printed by weft"
              + " invite");
    }
    int version = Integer.parseInt(text.group(1));
    if (version != VERSION) {
      throw bad(
          Text.format(
              "this invitation token is of version %d and this Weft knows version %d; bring both"
                  + " sides to one version of Weft",
              version, VERSION));
    }
    Token token =
        FieldReader.read(
            fields(text.group(2)),
            CONTEXT,
            Problem.BAD_TOKEN,
            "this invitation token",
            Token::read);
    if (now.isAfter(token.expiry)) {
      throw new WeftException(
          Problem.INVITATION_OVER,
          Text.format(
              "the invitation of %s to federation %s expired at %s; ask its operator for a new one",
              token.site, token.federation, token.expiry));
    }
    return token;
  }

  private static byte[] fields(String base64) {
    if (!BASE64.matcher(base64).matches()) {
      throw damaged();
    }
    int whole = base64.length() % 4 == 1 ? base64.length() - 1 : base64.length();
    ByteBuffer all = ByteBuffer.wrap(Base64.getUrlDecoder().decode(base64.substring(0, whole)));
    int length = all.remaining() < Short.BYTES ? 0 : Short.toUnsignedInt(all.getShort());
    int rest = length + CHECKSUM_BYTES;
    if (length == 0 || all.remaining() < rest) {
      throw bad("this invitation token is cut short; copy it again to its end");
    }
    byte[] fields = new byte[length];
    byte[] checksum = new byte[CHECKSUM_BYTES];
    all.get(fields).get(checksum);
    if (all.hasRemaining()
        || whole != base64.length()
        || !Arrays.equals(checksum, checksum(fields))) {
      throw damaged();
    }
    return fields;
  }

  private static Token read(FieldReader fields) {
    return new Token(
        fields.list(MOST_ADDRESSES, reader -> Address.parse(reader.text(MOST_ADDRESS_BYTES))),
        new FederationId(fields.text(NodeId.MOST)),
        Fingerprint.ofBytes(fields.bytes(Fingerprint.BYTES)),
        new DisplayName(fields.text(DisplayName.MOST_BYTES)),
        Bytes.of(fields.bytes(SECRET_BYTES)),
        Instant.ofEpochSecond(fields.number()));
  }

  private static byte[] checksum(byte[] fields) {
    return Arrays.copyOf(HexFormat.of().parseHex(Digest.of(fields).hex()), CHECKSUM_BYTES);
  }

  private static WeftException damaged() {
    return bad("this invitation token is damaged; copy it again, every letter as it was printed");
  }

  private static WeftException bad(String sentence) {
    return new WeftException(Problem.BAD_TOKEN, sentence);
  }

  /**
   * The key that the secret stands for. The coordinator keeps its public half alone, so who reads
   * the coordinator's records cannot join with them.
   */
  SigningKey key() {
    byte[] seed = new FieldWriter("weft/v1/invitation").bytes(secret).toArray();
    return SigningKey.ofSeed(HexFormat.of().parseHex(Digest.of(seed).hex()));
  }

  @Override
  public String toString() {
    return Text.format("invitation of %s to federation %s until %s", site, federation, expiry);
  }
}
