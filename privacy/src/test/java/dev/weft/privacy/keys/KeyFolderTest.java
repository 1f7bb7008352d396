package dev.weft.privacy.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class KeyFolderTest {
  private static final Fleet FLEET = Fleet.atNoon();
  private static final InstantSource TIME = InstantSource.fixed(Fleet.NOON);

  @TempDir Path directory;

  @Test
  void credentialsComeBack() {
    KeyFolder folder = folder();
    assertThat(folder.hasCredentials()).isFalse();
    Credentials site = FLEET.site();
    folder.save(site);
    Credentials read = folder.credentials();
    assertThat(folder.hasCredentials()).isTrue();
    assertThat(read.federation()).isEqualTo(site.federation());
    assertThat(read.enrolment()).isEqualTo(site.enrolment());
    assertThat(read.issued()).isEqualTo(site.issued());
    assertThat(read.coordinator()).isEqualTo(site.coordinator());
    assertThat(read.signing().toPem()).isEqualTo(site.signing().toPem());
    assertThat(read.tls().toPkcs8()).isEqualTo(site.tls().toPkcs8());
  }

  @Test
  void newCredentialsTakeThePlaceOfOldOnesAndNothingElseIsLeft() throws IOException {
    KeyFolder folder = folder();
    folder.save(FLEET.site(new DisplayName("first")));
    folder.save(FLEET.site(new DisplayName("second")));
    assertThat(folder.credentials().node()).hasToString("second");
    try (Stream<Path> files = Files.list(path())) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly("node.pem");
    }
  }

  @Test
  void anAuthorityComesBackAndGoesOn() {
    KeyFolder folder = folder();
    assertThat(folder.hasAuthority()).isFalse();
    folder.save(FLEET.authority);
    assertThat(folder.hasAuthority()).isTrue();
    Authority read = folder.authority(TIME, Fleet.RANDOM);
    assertThat(read.federation()).isEqualTo(FLEET.federation());
    assertThat(FLEET.siteBy(read, Fleet.SITE).node()).isEqualTo(NodeId.of(Fleet.SITE));
  }

  @Test
  void anAuthorityThatWaitsForItsCertificateComesBack() {
    KeyFolder folder = folder();
    AuthorityRequest request = AuthorityRequest.create(Fleet.NAME, Fleet.RANDOM);
    assertThat(folder.hasAuthorityRequest()).isFalse();
    folder.save(request);
    assertThat(folder.hasAuthorityRequest()).isTrue();
    AuthorityRequest read = folder.authorityRequest();
    assertThat(read.key().publicKey()).isEqualTo(request.key().publicKey());
    assertThat(read.federation()).isEqualTo(request.federation());
    assertThat(read.name()).isEqualTo(request.name());
    folder.save(FLEET.authority);
    assertThat(folder.hasAuthorityRequest()).isFalse();
  }

  @Test
  void aRequestToJoinComesBackUntilItIsAnswered() {
    KeyFolder folder = folder();
    Token token =
        Invitation.make(
                FLEET.federation(),
                Fleet.SITE,
                List.of(Address.parse("localhost:8443")),
                Fleet.NOON,
                Duration.ofDays(1),
                Fleet.RANDOM)
            .token();
    PendingEnrolment pending = PendingEnrolment.of(token, Fleet.RANDOM);
    assertThat(folder.hasPendingEnrolment()).isFalse();
    folder.save(pending);
    assertThat(folder.hasPendingEnrolment()).isTrue();
    PendingEnrolment read = folder.pendingEnrolment();
    assertThat(read.token()).isEqualTo(token);
    assertThat(read.request()).isEqualTo(pending.request());
    assertThat(read.tls().toPkcs8()).isEqualTo(pending.tls().toPkcs8());
    assertThat(read.signing().toPem()).isEqualTo(pending.signing().toPem());
    assertThat(read.toString()).doesNotContain(token.text()).contains(token.site().text());
    folder.save(FLEET.site());
    assertThat(folder.hasPendingEnrolment()).isFalse();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void onlyTheOwnerMayReadKeys() throws IOException {
    KeyFolder folder = new KeyFolder(directory.resolve("new/keys"));
    folder.save(FLEET.site());
    folder.save(FLEET.authority);
    assertThat(mode(directory.resolve("new"))).isEqualTo("rwx------");
    assertThat(mode(directory.resolve("new/keys"))).isEqualTo("rwx------");
    assertThat(mode(directory.resolve("new/keys/node.pem"))).isEqualTo("rw-------");
    assertThat(mode(directory.resolve("new/keys/authority.pem"))).isEqualTo("rw-------");
    assertThat(folder.warnings()).isEmpty();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void whoElseMayOpenKeysIsSaid() throws IOException {
    KeyFolder folder = folder();
    assertThat(folder.warnings()).isEmpty();
    folder.save(FLEET.site());
    Path file = path().resolve("node.pem");
    for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----", "rw-----w-")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      assertThat(folder.warnings())
          .singleElement()
          .asString()
          .contains(file.toString(), mode, "chmod 600");
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(folder.warnings())
        .containsExactly(
            path() + ": others than its owner may open it (rwxr-xr-x); run chmod 700 " + path());
  }

  /** Other tools find the chain in the file. */
  @Test
  void theFileHoldsTheKeysAndTheChainInFormsOfOtherTools() throws IOException {
    folder().save(FLEET.site());
    List<String> types =
        PemBlock.read(Files.readString(path().resolve("node.pem")), "node.pem").stream()
            .map(PemBlock::type)
            .toList();
    assertThat(types)
        .containsExactly(
            "PRIVATE KEY",
            "PRIVATE KEY",
            "WEFT FEDERATION",
            "WEFT ENROLMENT",
            "WEFT COORDINATOR",
            "CERTIFICATE",
            "CERTIFICATE");
  }

  @Test
  void aMissingFileIsCalledMissing() {
    refused(folder()::credentials, "node.pem: is not there; join a federation");
    refused(() -> folder().authority(TIME, Fleet.RANDOM), "authority.pem: is not there");
    refused(folder()::authorityRequest, "authority-request.pem: is not there");
  }

  @Test
  void aFileThatWasCutOrExchangedIsRefusedByName() throws IOException {
    KeyFolder folder = folder();
    folder.save(FLEET.site());
    folder.save(FLEET.authority);
    Path file = path().resolve("node.pem");
    String whole = Files.readString(file);
    for (int length : new int[] {0, 40, 400, 900}) {
      Files.writeString(file, whole.substring(0, length), StandardCharsets.US_ASCII);
      refused(folder::credentials, file.toString());
    }
    Files.copy(
        path().resolve("authority.pem"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    refused(folder::credentials, "the PEM blocks [PRIVATE KEY, PRIVATE KEY");
    Files.write(file, new byte[(1 << 20) + 1]);
    refused(folder::credentials, "too large");
    Files.delete(file);
    Files.createDirectory(file);
    refused(folder::credentials, "cannot be read");
  }

  @Test
  void partsOfTwoFilesDoNotFitTogether() {
    Credentials first = FLEET.site();
    List<PemBlock> mixed = new java.util.ArrayList<>(KeyFile.of(first));
    mixed.set(0, KeyFile.of(FLEET.site()).get(0));
    refused(
        () -> KeyFile.credentials(mixed, "node.pem"),
        "node.pem: node " + first.node() + ": the certificate is not for the TLS key");
    List<PemBlock> swapped = new java.util.ArrayList<>(KeyFile.of(first));
    java.util.Collections.swap(swapped, 0, 1);
    refused(() -> KeyFile.credentials(swapped, "node.pem"), "give a P-256 private key");
  }

  @Test
  void damagedKeysAreNotQuoted() {
    List<PemBlock> damaged = new java.util.ArrayList<>(KeyFile.of(FLEET.site()));
    for (int part : new int[] {0, 1}) {
      byte[] key = damaged.get(part).content().toArray();
      key[1]++;
      damaged.set(part, PemBlock.of("PRIVATE KEY", key));
      assertThatThrownBy(() -> KeyFile.credentials(damaged, "node.pem"))
          .hasMessage("node.pem: is a damaged private key; restore it from a backup")
          .hasNoCause();
      damaged.set(part, KeyFile.of(FLEET.site()).get(part));
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> new KeyFolder(file).save(FLEET.site()))
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.KEYS_NOT_SAVED))
        .hasMessageContaining("node.pem: cannot be written")
        .hasMessageContaining("remove that file");
  }

  private static void refused(ThrowingCallable call, String why) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.problem()).isEqualTo(Problem.BAD_KEY_FILE))
        .hasMessageContaining(why);
  }

  private Path path() {
    return directory.resolve("keys");
  }

  private KeyFolder folder() {
    return new KeyFolder(path());
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
