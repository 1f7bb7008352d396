package dev.weft.federation.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.Authority;
import dev.weft.privacy.keys.Credentials;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoordinatorHomeTest {
  private static final List<Address> ADDRESSES = List.of(Address.parse("fed.example.org:8443"));
  private static final Instant FOUNDED = Instant.parse("2026-03-01T00:00:00Z");

  @TempDir private Path folder;

  @Test
  void aFederationIsFoundedOnce() {
    CoordinatorHome home = new CoordinatorHome(folder.resolve("c"));
    assertThatThrownBy(home::requireFounded)
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("weft init");

    home.found("tumour board", ADDRESSES, InstantSource.fixed(FOUNDED));

    home.requireFounded();
    assertThat(home.configuration()).content().contains("fed.example.org:8443", "0.0.0.0:8443");
    assertThatThrownBy(() -> home.found("another", ADDRESSES, InstantSource.fixed(FOUNDED)))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("is the home of a federation already");
  }

  @Test
  void pastHalfOfItsLifeTheCoordinatorsCertificateIsNewAndItsSigningKeyTheSame() {
    CoordinatorHome home = new CoordinatorHome(folder.resolve("c"));
    Credentials first = home.found("board", ADDRESSES, InstantSource.fixed(FOUNDED));

    Credentials early = at(home, FOUNDED.plus(Duration.ofDays(10)));
    assertThat(early.notAfter()).isEqualTo(first.notAfter());
    Instant late = FOUNDED.plus(Duration.ofDays(20));
    Credentials renewed = at(home, late);

    assertThat(renewed.notAfter()).isEqualTo(late.plus(Authority.NODE_LIFE));
    assertThat(renewed.signing().verifyingKey()).isEqualTo(first.signing().verifyingKey());
    assertThat(home.keys().credentials().notAfter()).isEqualTo(renewed.notAfter());
  }

  private static Credentials at(CoordinatorHome home, Instant now) {
    InstantSource time = InstantSource.fixed(now);
    Authority authority = home.keys().authority(time, new SecureRandom());
    return home.credentials(authority, ADDRESSES, time);
  }
}
