package dev.weft.privacy.keys;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The id of a node on the wire, in certificates and in file names: {@code [a-z0-9-]{1,63}}, a
 * function of its name alone.
 *
 * <p>A name that is such an id already, begins and ends with a letter or digit and has no {@code
 * --} is its own id. Any other name gives what is readable of it in ASCII, {@code --} and {@value
 * #HASH_DIGITS} hexadecimal digits of its SHA-256; two names with one id would be a collision of
 * these 96 bits. Nothing but ASCII is interpreted, since tables of Unicode differ between
 * platforms.
 */
public record NodeId(String value) {
  static final int MOST = 63;
  private static final int HASH_DIGITS = 24;
  private static final String MARK = "--";

  private static final Pattern VALID = Pattern.compile("[a-z0-9-]{1," + MOST + "}");
  private static final Pattern OWN_ID = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  /** The coordinator's; no site can have it, whatever its name. */
  public static final NodeId COORDINATOR = new NodeId("coordinator");

  public NodeId {
    if (!VALID.matcher(value).matches()) {
      throw new IllegalArgumentException(
          Text.format(
              "node id: 1 to %d of a-z, 0-9 and - needed, got %s", MOST, Text.quoted(value)));
    }
  }

  /** The id of the site with this name; the same on every machine. */
  public static NodeId of(DisplayName name) {
    String text = name.text();
    boolean own =
        text.length() <= MOST && OWN_ID.matcher(text).matches() && !text.equals(COORDINATOR.value);
    return new NodeId(own ? text : readable(text, "site", MOST - hash(text).length()) + hash(text));
  }

  /** What is left of a text in lower-case ASCII, single hyphens for the rest; or else a word. */
  static String readable(String text, String otherwise, int most) {
    String ascii =
        text.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-|-$", "").toLowerCase(Locale.ROOT);
    String cut = ascii.substring(0, Math.min(ascii.length(), most)).replaceAll("-$", "");
    return cut.isEmpty() ? otherwise : cut;
  }

  private static String hash(String text) {
    return MARK + Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex().substring(0, HASH_DIGITS);
  }

  @Override
  public String toString() {
    return value;
  }
}
