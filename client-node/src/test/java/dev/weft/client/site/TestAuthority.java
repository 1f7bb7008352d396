package dev.weft.client.site;

import dev.weft.privacy.keys.Authority;
import dev.weft.privacy.keys.CertificateKey;
import dev.weft.privacy.keys.CertificateRequest;
import dev.weft.privacy.keys.Credentials;
import dev.weft.privacy.keys.DisplayName;
import dev.weft.privacy.keys.Host;
import dev.weft.privacy.keys.Issued;
import dev.weft.privacy.keys.RevocationList;
import dev.weft.privacy.keys.SignedStatement;
import dev.weft.privacy.keys.SigningKey;
import dev.weft.privacy.keys.Tls;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BiFunction;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** A federation's authority with its coordinator on this machine. */
public final class TestAuthority {
  private final SecureRandom random = new SecureRandom();
  private final Authority authority =
      Authority.create(new DisplayName("test federation"), InstantSource.system(), random);
  private final Credentials coordinator;

  TestAuthority() {
    this(List.of("localhost", "127.0.0.1"));
  }

  /**
   * @param hosts that the coordinator's certificate is for
   */
  public TestAuthority(List<String> hosts) {
    coordinator =
        credentials(
            (request, name) ->
                authority.issueCoordinator(request, name, hosts.stream().map(Host::parse).toList()),
            "coordinator",
            List.of());
  }

  public Authority authority() {
    return authority;
  }

  public Credentials coordinator() {
    return coordinator;
  }

  public Credentials site(String name) {
    return credentials(authority::issueSite, name, List.of(coordinator.coordinator()));
  }

  private Credentials credentials(
      BiFunction<CertificateRequest, DisplayName, Issued> issue,
      String name,
      List<SignedStatement> coordinator) {
    CertificateKey tls = CertificateKey.generate(random);
    SigningKey signing = SigningKey.generate(random);
    Issued issued = issue.apply(CertificateRequest.of(tls, signing), new DisplayName(name));
    return Credentials.of(
        authority.federation(),
        tls,
        signing,
        issued,
        coordinator.isEmpty() ? issued.enrolment() : coordinator.get(0));
  }

  public static SSLContext context(Credentials credentials) {
    return new Tls(credentials, () -> RevocationList.none(credentials.federation().id())).context();
  }

  SSLEngine serverSide() {
    SSLEngine engine = context(coordinator).createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = Tls.server();
    parameters.setWantClientAuth(true);
    engine.setSSLParameters(parameters);
    return engine;
  }
}
