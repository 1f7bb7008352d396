package dev.weft.federation.coordinator;

import dev.weft.core.Text;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.ConfigWriter;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.Authority;
import dev.weft.privacy.keys.AuthorityRequest;
import dev.weft.privacy.keys.CertificateKey;
import dev.weft.privacy.keys.CertificateRequest;
import dev.weft.privacy.keys.Credentials;
import dev.weft.privacy.keys.DisplayName;
import dev.weft.privacy.keys.Issued;
import dev.weft.privacy.keys.KeyFolder;
import dev.weft.privacy.keys.SigningKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The folder of a coordinator.
 *
 * <pre>
 *   weft.conf       its configuration
 *   keys/           the authority's key, the coordinator's own, and operator.sock, where
 *                   operators' commands reach it while it is up
 *   members/        who is invited and who has joined
 *   state/          the journal of its runs
 *   runs/           the runs that were submitted, in order
 * </pre>
 */
public record CoordinatorHome(Path folder) {
  private static final String CONFIGURATION = "weft.conf";

  public CoordinatorHome {
    folder = folder.toAbsolutePath().normalize();
  }

  /**
   * Founds a federation here, whose authority vouches for itself.
   *
   * @param name for people
   * @param addresses under which sites reach the coordinator
   * @return its credentials
   * @throws WeftException if there is one here already, or it cannot be written
   */
  public Credentials found(String name, List<Address> addresses, InstantSource time) {
    requireNotFounded();
    return certify(
        Authority.create(new DisplayName(name), time, new SecureRandom()),
        new DisplayName(name),
        addresses);
  }

  /**
   * Begins to found a federation whose authority an outside one certifies; asked again, it is the
   * same request.
   *
   * @return what the outside authority is given, PKCS#10 in PEM
   * @throws WeftException if there is a federation here already, or it cannot be written
   */
  public String request(String name, List<Address> addresses) {
    requireNotFounded();
    if (!keys().hasAuthorityRequest()) {
      keys().save(AuthorityRequest.create(new DisplayName(name), new SecureRandom()));
    }
    writeConfiguration(addresses);
    return keys().authorityRequest().toPem();
  }

  /**
   * Founds the federation that was requested here.
   *
   * @param chain from the authority's certificate up to the outside root's, in PEM
   * @param what names the chain in sentences
   * @param addresses under which sites reach the coordinator; empty for those of the request
   * @throws WeftException if none was requested, or the chain is not what is needed
   */
  public Credentials found(String chain, String what, List<Address> addresses, InstantSource time) {
    requireNotFounded();
    if (!keys().hasAuthorityRequest()) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format(
              "--home: %s has asked no outside authority; begin with weft init --home %s --name"
                  + " NAME --address HOST:PORT --csr FILE",
              folder, folder));
    }
    AuthorityRequest request = keys().authorityRequest();
    return certify(
        request.accept(chain, what, time, new SecureRandom()),
        request.name(),
        addresses.isEmpty() ? configuredAddresses() : addresses);
  }

  private List<Address> configuredAddresses() {
    return Address.parse(
        ConfigLoader.load(Optional.of(configuration()), List.of(), List.of())
            .coordinator()
            .addresses());
  }

  private void requireNotFounded() {
    if (keys().hasAuthority()) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format(
              "--home: %s is the home of a federation already; choose another folder", folder));
    }
  }

  /** The authority comes last: where it is, all else is. */
  private Credentials certify(Authority authority, DisplayName name, List<Address> addresses) {
    SecureRandom random = new SecureRandom();
    CertificateKey tls = CertificateKey.generate(random);
    SigningKey signing = SigningKey.generate(random);
    Issued issued =
        authority.issueCoordinator(
            CertificateRequest.of(tls, signing),
            name,
            addresses.stream().map(Address::host).distinct().toList());
    Credentials credentials =
        Credentials.of(authority.federation(), tls, signing, issued, issued.enrolment());
    keys().save(credentials);
    writeConfiguration(addresses);
    keys().save(authority);
    return credentials;
  }

  private void writeConfiguration(List<Address> addresses) {
    int port = addresses.get(0).port();
    ConfigWriter.begin(
        configuration(),
        Text.format(
            """
            # A coordinator's configuration; every key: docs/configuration.md.
            coordinator {
              # What this process serves. Behind NAT or a firewall, forward one port to it.
              listen = "0.0.0.0:%d"
              # What sites dial.
              addresses = %s
            }
            # Held-out data and everything else of a run is in the run's own file (weft submit run.conf).
            """,
            port, ConfigWriter.list(addresses)));
  }

  /**
   * @throws WeftException if no federation was founded here
   */
  public void requireFounded() {
    if (!keys().hasAuthority()) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format(
              "--home: %s is no coordinator's home; make one with weft init --home %s --name NAME"
                  + " --address HOST:PORT",
              folder, folder));
    }
  }

  public KeyFolder keys() {
    return new KeyFolder(folder.resolve("keys"));
  }

  public Path configuration() {
    return folder.resolve(CONFIGURATION);
  }

  Path members() {
    return folder.resolve("members");
  }

  Path state() {
    return folder.resolve("state");
  }

  Path runs() {
    return folder.resolve("runs");
  }

  /** Where operators' commands are heard. */
  public Path socket() {
    return folder.resolve("keys").resolve("operator.sock");
  }
}
