package dev.weft.federation.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.Address;
import java.nio.file.Path;
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
}
