package dev.weft.privacy.keys;

import dev.weft.core.Text;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The id of a federation on the wire and in certificates: what is readable of its name and 32
 * random bits, so that two federations of one name are told apart. It identifies and proves
 * nothing: that the federation's {@link Fingerprint} does.
 */
public record FederationId(String value) {
  private static final Pattern VALID = Pattern.compile("[a-z0-9-]{1," + NodeId.MOST + "}");
  private static final int RANDOM_BYTES = 4;

  public FederationId {
    if (!VALID.matcher(value).matches()) {
      throw new IllegalArgumentException(
          Text.format(
              "federation id: 1 to %d of a-z, 0-9 and - needed, got %s",
              NodeId.MOST, Text.quoted(value)));
    }
  }

  /** A new id for a federation of this name. */
  public static FederationId drawn(DisplayName name, SecureRandom random) {
    byte[] bits = new byte[RANDOM_BYTES];
    random.nextBytes(bits);
    String tail = "-" + HexFormat.of().formatHex(bits);
    return new FederationId(
        NodeId.readable(name.text(), "federation", NodeId.MOST - tail.length()) + tail);
  }

  @Override
  public String toString() {
    return value;
  }
}
