package dev.weft.privacy.keys;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.util.IPAddress;

/**
 * Where a coordinator can be reached: a DNS name in its ASCII form, or an IPv4 or IPv6 address
 * without brackets. Nothing is looked up.
 */
public record Host(String text) {
  private static final int LONGEST = 253;
  private static final Pattern DNS =
      Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

  /** Four numbers and nothing else can only be meant as an address. */
  private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");

  public Host {
    boolean name =
        text.length() <= LONGEST && DNS.matcher(text).matches() && !NUMBERS.matcher(text).matches();
    if (!name && !isAddress(text)) {
      throw new IllegalArgumentException(
          Text.format("host: a DNS name or an IP address needed, got %s", Text.quoted(text)));
    }
  }

  /**
   * The host that a person means: in any case, with letters of any script, in brackets or not.
   *
   * @throws WeftException if it is neither a host name nor an address
   */
  public static Host parse(String typed) {
    String bare = typed.strip().replaceAll("^\\[(.*)]$", "$1");
    try {
      return new Host(isAddress(bare) ? bare : IDN.toASCII(bare).toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format(
              "%s is no host; give a name such as fl.example.org or an IP address without zone,"
                  + " such as 10.0.0.7 or 2001:db8::7",
              Text.quoted(typed)),
          e);
    }
  }

  /** As a subject alternative name of a certificate. */
  GeneralName alternativeName() {
    return new GeneralName(isAddress(text) ? GeneralName.iPAddress : GeneralName.dNSName, text);
  }

  boolean isIpv6() {
    return text.contains(":");
  }

  private static boolean isAddress(String text) {
    return IPAddress.isValid(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
