package dev.weft.client.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.client.site.SiteHome;
import dev.weft.client.site.TestAuthority;
import dev.weft.core.config.Setting;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.Credentials;
import dev.weft.privacy.keys.DisplayName;
import dev.weft.privacy.keys.Invitation;
import dev.weft.privacy.keys.RevocationList;
import dev.weft.privacy.keys.Tls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each step fails in its own way, and says what to do about it. */
class DoctorTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  @TempDir private Path folder;

  private final TestAuthority authority = new TestAuthority(List.of("localhost"));
  private final Credentials site = authority.site("hospital-a");
  private final List<ServerSocket> servers = new ArrayList<>();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private InstantSource clock = InstantSource.system();

  @AfterEach
  void close() throws IOException {
    for (ServerSocket server : servers) {
      server.close();
    }
  }

  @Test
  void aSiteThatIsWellIsSaidToBe() throws IOException {
    Path data = Files.writeString(folder.resolve("own.csv"), "text,label\na,b\n");
    settings.put("data.source", data.toString());

    List<Finding> found = examine(coordinator(authority.coordinator()));

    assertThat(found).noneMatch(Finding::isFailure);
    assertThat(found)
        .extracting(Finding::what)
        .contains("home", "name", "port", "TLS", "coordinator", "answer", "data", "engine");
    assertThat(verdict(found, "answer")).startsWith("ok").contains("its clock agrees");
  }

  @Test
  void anInterceptedConnectionNamesTheIssuerAndTheRuleToAskFor() throws IOException {
    Credentials other = new TestAuthority(List.of("localhost")).coordinator();
    int port = coordinator(other);

    assertThat(verdict(examine(port), "TLS"))
        .startsWith("FAIL")
        .contains(other.issued().certificate().getIssuerX500Principal().getName())
        .contains("exempt TCP connections to localhost:" + port + " from TLS inspection")
        .endsWith("not tried: coordinator, answer");
  }

  @Test
  void aTokenKnowsAnInterceptedConnectionToo() throws IOException {
    int port = coordinator(new TestAuthority(List.of("localhost")).coordinator());
    assertThat(verdict(examineToken(port), "TLS")).startsWith("FAIL").contains("TLS inspection");
  }

  @Test
  void aTokenLeadsToItsCoordinatorWithoutACertificate() throws IOException {
    assertThat(examineToken(coordinator(authority.coordinator())))
        .noneMatch(Finding::isFailure)
        .extracting(Finding::what)
        .contains("token", "TLS", "answer");
  }

  @Test
  void aTokenThatIsCutShortEndsIt() {
    List<Finding> found = new ArrayList<>();
    doctor(found).examine("weft1.AAAA");
    assertThat(verdict(found, "token")).startsWith("FAIL").contains("not tried: settings, network");
  }

  @Test
  void aClosedPortNamesWhatWasNotTried() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, HERE)) {
      port = closed.getLocalPort();
    }
    assertThat(verdict(examine(port), "port"))
        .startsWith("FAIL")
        .contains("outgoing TCP connections to localhost:" + port)
        .endsWith("not tried: TLS, coordinator, answer");
  }

  @Test
  void aNameThatNobodyKnowsIsSaidToBeUnknown() {
    List<Finding> found = examineAt("no-such-host.invalid:8443");
    assertThat(verdict(found, "name")).startsWith("FAIL").contains("client.addresses");
  }

  @Test
  void anAddressThatFailsIsAWarningIfAnotherLeadsThere() throws IOException {
    int port = coordinator(authority.coordinator());
    List<Finding> found = examineAt("no-such-host.invalid:8443\", \"localhost:" + port);
    assertThat(verdict(found, "name")).startsWith("warn");
    assertThat(verdict(found, "TLS")).startsWith("ok");
  }

  @Test
  void aProxyThatWantsALoginIsSaidTo() throws IOException {
    int proxy = answering("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    settings.put("client.proxy", "localhost:" + proxy);
    assertThat(verdict(examine(9), "proxy"))
        .startsWith("FAIL")
        .contains("407", "asks for user and password", "client.proxy-login")
        .endsWith("not tried: TLS, coordinator, answer");
  }

  @Test
  void aProxyThatForbidsTheTunnelIsQuoted() throws IOException {
    int proxy = answering("HTTP/1.1 403 Forbidden\r\n\r\n");
    settings.put("client.proxy", "localhost:" + proxy);
    assertThat(verdict(examine(9), "proxy"))
        .startsWith("FAIL")
        .contains("403 Forbidden", "let the proxy open tunnels to localhost:9");
  }

  @Test
  void whatSpeaksNoTlsIsSaidTo() throws IOException {
    int port = serve(new ServerSocket(0, 50, HERE), false, "220 mail.example.org ESMTP\r\n");
    assertThat(verdict(examine(port), "TLS")).startsWith("FAIL").contains("speaks no TLS");
  }

  @Test
  void anOldTlsIsNamed() throws IOException {
    int port = coordinator(TestAuthority.context(authority.coordinator()), "TLSv1.2");
    assertThat(verdict(examine(port), "TLS")).startsWith("FAIL").contains("TLSv1.2 at best");
  }

  @Test
  void aCertificateForAnotherHostNamesBoth() throws IOException {
    TestAuthority elsewhere = new TestAuthority(List.of("fed.example.org"));
    int port = coordinator(elsewhere.coordinator());
    List<Finding> found = new ArrayList<>();
    doctor(found).examine(home(elsewhere.site("hospital-a"), "localhost:" + port));
    assertThat(verdict(found, "TLS"))
        .startsWith("FAIL")
        .contains("is for fed.example.org and not for localhost");
  }

  /** In TLS 1.3 a refusal comes with the answer, or while the site still says who it is. */
  @Test
  void aSiteThatIsShutOutLearnsIt() throws IOException {
    RevocationList revoked =
        RevocationList.none(site.federation().id()).with(List.of(site.node()), List.of());
    int port = coordinator(new Tls(authority.coordinator(), () -> revoked).context(), "TLSv1.3");
    List<Finding> found = examine(port);
    assertThat(verdict(found, "TLS") + verdict(found, "answer"))
        .containsOnlyOnce("FAIL")
        .contains("revoked");
  }

  @Test
  void aClockThatIsWrongIsSeenInTheCoordinatorsAnswer() throws IOException {
    clock = InstantSource.offset(InstantSource.system(), Duration.ofMinutes(10));
    assertThat(verdict(examine(coordinator(authority.coordinator())), "answer"))
        .startsWith("warn")
        .contains("NTP");
  }

  @Test
  void aClockBeforeTheCertificateIsSaidToBeBehind() throws IOException {
    clock = InstantSource.offset(InstantSource.system(), Duration.ofDays(-1));
    assertThat(verdict(examine(9), "certificate")).startsWith("FAIL").contains("clock");
  }

  @Test
  void aCertificateThatEndedIsToBeHadAnew() throws IOException {
    clock = InstantSource.offset(InstantSource.system(), Duration.ofDays(31));
    assertThat(verdict(examine(9), "certificate")).startsWith("FAIL").contains("join again");
  }

  @Test
  void aCertificatePastHalfOfItsLifeIsAWarning() throws IOException {
    clock = InstantSource.offset(InstantSource.system(), Duration.ofDays(16));
    assertThat(verdict(examine(9), "certificate")).startsWith("warn");
  }

  @Test
  void dataThatIsNotNamedOrNotThereFails() throws IOException {
    assertThat(verdict(examine(9), "data")).startsWith("FAIL").contains("data.source is not set");
    settings.put("data.source", folder.resolve("nowhere.csv").toString());
    assertThat(verdict(examine(9), "data")).startsWith("FAIL").contains("cannot be read");
    settings.put("data.source", "embedded:wordnet-glosses");
    assertThat(verdict(examine(9), "data")).startsWith("ok");
  }

  @Test
  void aModelThatIsNotThereFails() throws IOException {
    settings.put("client.models", "[\"/nowhere/model\"]");
    assertThat(verdict(examine(9), "models")).startsWith("FAIL").contains("client.models");
  }

  @Test
  void aHomeThatHasNotJoinedEndsIt() {
    List<Finding> found = new ArrayList<>();
    assertThat(doctor(found).examine(new SiteHome(folder.resolve("empty")))).isFalse();
    assertThat(found).hasSize(1);
    assertThat(verdict(found, "home"))
        .startsWith("FAIL")
        .contains("not tried: settings, key files");
  }

  private List<Finding> examine(int port) {
    return examineAt("localhost:" + port);
  }

  private List<Finding> examineAt(String addresses) {
    List<Finding> found = new ArrayList<>();
    boolean healthy = doctor(found).examine(home(site, addresses));
    assertThat(healthy).isEqualTo(found.stream().noneMatch(Finding::isFailure));
    return found;
  }

  private List<Finding> examineToken(int port) {
    List<Finding> found = new ArrayList<>();
    Invitation.Made made =
        Invitation.make(
            authority.authority().federation(),
            new DisplayName("hospital-b"),
            List.of(Address.parse("localhost:" + port)),
            Instant.now(),
            Duration.ofDays(1),
            new SecureRandom());
    doctor(found).examine(made.token().text());
    return found;
  }

  private Doctor doctor(List<Finding> found) {
    return new Doctor(Setting.of(settings), Map.of(), clock, found::add);
  }

  private SiteHome home(Credentials credentials, String addresses) {
    SiteHome home = new SiteHome(folder.resolve("home"));
    home.keys().save(credentials);
    try {
      Files.writeString(home.configuration(), "client.addresses = [\"" + addresses + "\"]\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return home;
  }

  private static String verdict(List<Finding> found, String what) {
    return found.stream()
        .filter(finding -> finding.what().equals(what))
        .map(Finding::toString)
        .collect(Collectors.joining("\n"));
  }

  private int coordinator(Credentials credentials) throws IOException {
    return coordinator(TestAuthority.context(credentials), "TLSv1.3");
  }

  /** Answers every request with 404 and the time. */
  private int coordinator(SSLContext context, String version) throws IOException {
    SSLServerSocket server =
        (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 50, HERE);
    SSLParameters parameters = server.getSSLParameters();
    parameters.setProtocols(new String[] {version});
    parameters.setWantClientAuth(true);
    server.setSSLParameters(parameters);
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.now().atOffset(ZoneOffset.UTC));
    return serve(server, true, "HTTP/1.1 404 Not Found\r\nDate: " + date + "\r\n\r\n");
  }

  private int answering(String text) throws IOException {
    return serve(new ServerSocket(0, 50, HERE), true, text);
  }

  private int serve(ServerSocket server, boolean listens, String answer) {
    servers.add(server);
    Thread thread =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                  if (listens) {
                    Tunnel.head(socket.getInputStream());
                  }
                  socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                  // The doctor has hung up; the next one may come.
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
    return server.getLocalPort();
  }
}
