package dev.weft.federation.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.Authority;
import dev.weft.privacy.keys.Credentials;
import dev.weft.privacy.keys.KeyFolder;
import dev.weft.privacy.keys.RevocationList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnCertificateTest {
  private static final List<Address> ADDRESSES = List.of(Address.parse("fed.example.org:8443"));
  private static final Instant FOUNDED = Instant.parse("2026-03-01T00:00:00Z");
  private static final Instant EARLY = FOUNDED.plus(Duration.ofDays(10));
  private static final Instant LATE = FOUNDED.plus(Duration.ofDays(20));

  @TempDir private Path folder;

  private final AtomicReference<Instant> now = new AtomicReference<>(FOUNDED);
  private final List<String> news = new ArrayList<>();
  private Credentials first;
  private KeyFolder keys;

  @BeforeEach
  void found() {
    CoordinatorHome home = new CoordinatorHome(folder.resolve("c"));
    first = home.found("board", ADDRESSES, now::get);
    keys = home.keys();
  }

  private OwnCertificate certificate(List<Address> addresses) {
    return new OwnCertificate(
        keys, keys.authority(now::get, new SecureRandom()), addresses, now::get, news::add);
  }

  @Test
  void pastHalfOfItsLifeItIsNewWhileTheProcessIsUpAndTheSigningKeyTheSame() {
    OwnCertificate certificate = certificate(ADDRESSES);
    now.set(EARLY);
    assertThat(certificate.credentials().notAfter()).isEqualTo(first.notAfter());

    now.set(LATE);
    Credentials renewed = certificate.credentials();

    assertThat(renewed.notAfter()).isEqualTo(LATE.plus(Authority.NODE_LIFE));
    assertThat(renewed.signing().verifyingKey()).isEqualTo(first.signing().verifyingKey());
    assertThat(keys.credentials().notAfter()).isEqualTo(renewed.notAfter());
    assertThat(certificate.credentials()).isSameAs(renewed);
    assertThat(certificate.engine(this::nobody).getNeedClientAuth()).isFalse();
    assertThat(news).isEmpty();
  }

  private RevocationList nobody() {
    return RevocationList.none(first.federation().id());
  }

  @Test
  void withoutAddressesThereIsNoNextOne() {
    OwnCertificate certificate = certificate(List.of());
    now.set(LATE);

    assertThat(certificate.credentials().notAfter()).isEqualTo(first.notAfter());
  }

  @Test
  void oneThatCannotBeKeptIsNotShown() throws IOException {
    OwnCertificate certificate = certificate(ADDRESSES);
    Path moved = folder.resolve("moved");
    Files.move(folder.resolve("c"), moved);
    Files.writeString(folder.resolve("c"), "in the way");
    now.set(LATE);

    assertThat(certificate.credentials().issued()).isEqualTo(first.issued());
    assertThat(news).singleElement().asString().contains("cannot be written");
  }
}
