package dev.weft.privacy.keys;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and its port, written {@code fl.example.org:8443} or {@code [2001:db8::7]:8443}.
 *
 * @param port 1 to 65535
 */
public record Address(Host host, int port) {
  private static final Pattern WRITTEN = Pattern.compile("(\\[[^]]*]|[^:]+):([0-9]{1,5})");
  private static final int LAST_PORT = 65535;

  public Address {
    if (port < 1 || port > LAST_PORT) {
      throw new IllegalArgumentException("port: must be 1 to 65535, got " + port);
    }
  }

  /**
   * @throws WeftException if the text is no host and port
   */
  public static Address parse(String typed) {
    Matcher written = WRITTEN.matcher(typed.strip());
    int port = written.matches() ? Integer.parseInt(written.group(2)) : 0;
    if (port < 1 || port > LAST_PORT) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format(
              "%s is no address; give a host and a port from 1 to 65535, such as"
                  + " fl.example.org:8443 or [2001:db8::7]:8443",
              Text.quoted(typed)));
    }
    return new Address(Host.parse(written.group(1)), port);
  }

  /**
   * Several, in their order.
   *
   * @throws WeftException if one of them is no host and port
   */
  public static List<Address> parse(List<String> typed) {
    return typed.stream().map(Address::parse).toList();
  }

  @Override
  public String toString() {
    return Text.format(host.isIpv6() ? "[%s]:%d" : "%s:%d", host, port);
  }
}
