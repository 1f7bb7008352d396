package dev.weft.client.doctor;

import dev.weft.client.site.HttpProxy;
import dev.weft.privacy.keys.Address;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Asks an HTTP proxy for a tunnel by CONNECT, as RFC 9110 has it. */
final class Tunnel {
  private static final int LONGEST = 1 << 14;

  private Tunnel() {}

  /** The first line of the answer, such as {@code HTTP/1.1 200 OK}. */
  static String ask(Socket proxy, HttpProxy login, Address target) throws IOException {
    StringBuilder request = new StringBuilder();
    request.append("CONNECT ").append(target).append(" HTTP/1.1\r\nHost: ").append(target);
    login
        .login()
        .ifPresent(
            own ->
                request
                    .append("\r\nProxy-Authorization: Basic ")
                    .append(
                        Base64.getEncoder()
                            .encodeToString(
                                (own.user() + ":" + own.password())
                                    .getBytes(StandardCharsets.UTF_8))));
    request.append("\r\n\r\n");
    proxy.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
    proxy.getOutputStream().flush();
    return head(proxy.getInputStream()).lines().findFirst().orElse("").strip();
  }

  /** Up to the empty line, and no byte further. */
  static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int last = 0;
    for (int next = in.read(); next >= 0 && head.size() < LONGEST; next = in.read()) {
      head.write(next);
      last = next == '\r' ? last : next == '\n' ? last + 1 : 0;
      if (last == 2) {
        break;
      }
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }
}
