package dev.weft.client.doctor;

import dev.weft.client.site.HttpProxy;
import dev.weft.core.Text;
import dev.weft.core.config.Durations;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.Authority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** The way to one of a coordinator's addresses, followed as far as it goes. */
final class Route {
  /** Of one connection; a step may need two of them. */
  private static final int PATIENCE_MILLIS = 8000;

  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final String VERSION = "TLSv1.3";

  private final Address target;
  private final Optional<HttpProxy> proxy;
  private final Whom whom;
  private final InstantSource time;
  private List<InetAddress> hops = List.of();
  private Optional<SSLSocket> line = Optional.empty();

  Route(Address target, Optional<HttpProxy> proxy, Whom whom, InstantSource time) {
    this.target = target;
    this.proxy = proxy;
    this.whom = whom;
    this.time = time;
  }

  List<Finding> follow() {
    Steps steps = new Steps(DEADLINE).then("name", this::name);
    if (proxy.isPresent()) {
      steps.then("proxy", this::proxy);
    } else {
      steps.then("port", this::port);
    }
    try {
      return steps
          .then("TLS", this::tls)
          .then("coordinator", this::coordinator)
          .then("answer", this::answer)
          .take();
    } finally {
      line.ifPresent(Route::close);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      return; // it was only looked at
    }
  }

  /** Whom this machine dials: the proxy resolves the coordinator's name itself. */
  private Address hop() {
    return proxy.map(HttpProxy::address).orElse(target);
  }

  private Finding name() {
    String host = hop().host().toString();
    try {
      hops = List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      return Finding.fail(
          "name",
          host + " is not known to this machine's name server",
          proxy.isPresent()
              ? "correct client.proxy"
              : "correct client.addresses, or ask the network team for an entry of this name; where"
                  + " only a proxy may go out, name it in client.proxy");
    }
    return Finding.ok(
        "name",
        Text.format(
            "%s is %s",
            host,
            hops.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(", "))));
  }

  private Finding port() throws IOException {
    try (Socket socket = dial()) {
      return Finding.ok(
          "port", target + " answers from " + socket.getInetAddress().getHostAddress());
    } catch (IOException e) {
      return Finding.fail(
          "port",
          Text.format("%s cannot be dialled: %s", target, e.getMessage()),
          Text.format(
              "ask the network team to let this machine open outgoing TCP connections to %s, name"
                  + " the proxy in client.proxy if one is needed, and ask the operator whether the"
                  + " coordinator is up",
              target));
    }
  }

  private Finding proxy() throws IOException {
    HttpProxy way = proxy.orElseThrow();
    String answer;
    try (Socket socket = dial()) {
      answer = Tunnel.ask(socket, way, target);
    } catch (IOException e) {
      return Finding.fail(
          "proxy",
          Text.format("%s cannot be dialled: %s", way.address(), e.getMessage()),
          "correct client.proxy (or HTTPS_PROXY), or ask the network team for its address");
    }
    if (answer.contains(" 407")) {
      return Finding.fail(
          "proxy",
          Text.format(
              "%s answers %s: %s",
              way.address(),
              Text.quoted(answer),
              way.login().isPresent()
                  ? "it does not accept this user and password"
                  : "it asks for user and password"),
          "write user:password into a file that only this user may read, and name it in"
              + " client.proxy-login");
    }
    if (!answer.matches("HTTP/1\\.[01] 200\\b.*")) {
      return Finding.fail(
          "proxy",
          Text.format("%s answers %s to CONNECT %s", way.address(), Text.quoted(answer), target),
          Text.format("ask the network team to let the proxy open tunnels to %s", target));
    }
    return Finding.ok("proxy", Text.format("%s opens a tunnel to %s", way.address(), target));
  }

  /** A connection to the next hop, at the first of its addresses that answers. */
  private Socket dial() throws IOException {
    IOException failure = new IOException("it has no address");
    for (InetAddress address : hops) {
      Socket socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(address, hop().port()), PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
      } catch (IOException e) {
        close(socket);
        failure = e;
      }
    }
    throw failure;
  }

  /** A connection to the coordinator, through the proxy if there is one. */
  private Socket reach() throws IOException {
    Socket socket = dial();
    if (proxy.isPresent()) {
      Tunnel.ask(socket, proxy.get(), target);
    }
    return socket;
  }

  private Finding tls() throws IOException {
    Socket socket = reach();
    try {
      SSLSocket tls =
          (SSLSocket)
              whom.tls()
                  .get()
                  .getSocketFactory()
                  .createSocket(socket, target.host().toString(), target.port(), true);
      SSLParameters parameters = whom.parameters();
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      line = Optional.of(tls);
      return Finding.ok(
          "TLS",
          Text.format("%s, %s", tls.getSession().getProtocol(), tls.getSession().getCipherSuite()));
    } catch (IOException e) {
      close(socket);
      return explained(e);
    }
  }

  /** Why no trusted connection came about: the other side is looked at, without trust. */
  private Finding explained(IOException failure) {
    Shown shown;
    try {
      shown = Shown.over(reach(), target.host().toString(), target.port());
    } catch (IOException e) {
      return Finding.fail(
          "TLS",
          Text.format("what answers at %s speaks no TLS: %s", target, e.getMessage()),
          "check the port in client.addresses; if it is right, ask the network team which device"
              + " on the way answers in the coordinator's place");
    }
    if (!whom.known().test(shown.chain())) {
      return Finding.fail(
          "TLS",
          Text.format(
              "the certificate shown for %s was issued by %s, and not by federation %s: something"
                  + " on the way opens this connection",
              target, issuer(shown.chain()), whom.federation()),
          Text.format(
              "ask the network team to exempt TCP connections to %s from TLS inspection (pass"
                  + " through, no decryption)",
              target));
    }
    if (!shown.protocol().equals(VERSION)) {
      return Finding.fail(
          "TLS",
          Text.format("the other side speaks %s at best, and TLS 1.3 is needed", shown.protocol()),
          "ask the operator to run the coordinator on a current Java");
    }
    X509Certificate leaf = shown.chain().get(0);
    Instant now = time.instant();
    if (now.isAfter(leaf.getNotAfter().toInstant())) {
      return Finding.fail(
          "TLS",
          Text.format(
              "the coordinator's certificate ended at %s, and this machine's clock says %s",
              leaf.getNotAfter().toInstant(), now),
          "set this clock right, or ask the operator to renew the coordinator's certificate");
    }
    if (now.isBefore(leaf.getNotBefore().toInstant())) {
      return Finding.fail(
          "TLS",
          Text.format(
              "the coordinator's certificate begins at %s, and this machine's clock says %s",
              leaf.getNotBefore().toInstant(), now),
          "set this machine's clock right");
    }
    if (whom.parameters().getEndpointIdentificationAlgorithm() != null
        && !names(leaf).contains(target.host().toString())) {
      return Finding.fail(
          "TLS",
          Text.format(
              "the coordinator's certificate is for %s and not for %s",
              String.join(", ", names(leaf)), target.host()),
          "dial one of these names (client.addresses), or ask the operator to add this one");
    }
    return Finding.fail(
        "TLS",
        Text.format("the connection to %s is refused: %s", target, failure.getMessage()),
        "ask the operator whether this site is revoked, and what the coordinator's log says");
  }

  private static String issuer(List<X509Certificate> chain) {
    return chain.isEmpty()
        ? "nobody"
        : "\"" + chain.get(0).getIssuerX500Principal().getName() + "\"";
  }

  /** Host names and addresses that a certificate is for. */
  private static List<String> names(X509Certificate leaf) {
    try {
      return Optional.ofNullable(leaf.getSubjectAlternativeNames()).stream()
          .flatMap(Collection::stream)
          .filter(name -> name.get(0).equals(2) || name.get(0).equals(7))
          .map(name -> name.get(1).toString())
          .toList();
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  private Finding coordinator() throws IOException {
    X509Certificate leaf =
        (X509Certificate) line.orElseThrow().getSession().getPeerCertificates()[0];
    return Finding.ok(
        "coordinator",
        Text.format(
            "certificate of federation %s for %s, until %s",
            whom.federation(), String.join(", ", names(leaf)), leaf.getNotAfter().toInstant()));
  }

  /** A refused certificate shows only now, with TLS 1.3; the answer says what time it is there. */
  private Finding answer() throws IOException {
    String head;
    try {
      SSLSocket tls = line.orElseThrow();
      tls.getOutputStream()
          .write(
              Text.format("GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", target)
                  .getBytes(StandardCharsets.US_ASCII));
      head = Tunnel.head(tls.getInputStream());
    } catch (IOException e) {
      return Finding.fail(
          "answer",
          Text.format("the coordinator ends the connection: %s", e.getMessage()),
          "ask the operator whether this site is revoked; then join again with a new invitation");
    }
    Optional<Instant> there = date(head);
    if (there.isEmpty()) {
      return Finding.warn(
          "answer",
          "the coordinator does not say what time it is",
          "compare this machine's clock by other means");
    }
    Duration apart = Duration.between(time.instant(), there.get()).abs();
    return apart.compareTo(Authority.CLOCK_SKEW) > 0
        ? Finding.warn(
            "answer",
            Text.format(
                "the coordinator's clock says %s, %s from this one",
                there.get(), Durations.format(apart.truncatedTo(ChronoUnit.SECONDS))),
            "set the wrong one right (NTP), or certificates fail")
        : Finding.ok("answer", "the coordinator answers, and its clock agrees");
  }

  private static Optional<Instant> date(String head) {
    return Arrays.stream(head.split("\r\n"))
        .filter(header -> header.regionMatches(true, 0, "date:", 0, 5))
        .findFirst()
        .flatMap(
            header -> {
              try {
                return Optional.of(
                    ZonedDateTime.parse(
                            header.substring(5).strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant());
              } catch (DateTimeException e) {
                return Optional.empty();
              }
            });
  }
}
