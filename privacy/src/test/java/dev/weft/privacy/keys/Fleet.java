package dev.weft.privacy.keys;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** A federation for tests: an authority at one instant, its coordinator, and sites on demand. */
final class Fleet {
  static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");
  static final SecureRandom RANDOM = new SecureRandom();
  static final DisplayName NAME = new DisplayName("Kliniken");
  static final DisplayName SITE = new DisplayName("St. Mary's hospital 🏥");
  static final List<Host> HOSTS =
      List.of(Host.parse("localhost"), Host.parse("127.0.0.1"), Host.parse("::1"));

  final Authority authority;
  final Credentials coordinator;

  Fleet(Instant now) {
    this(Authority.create(NAME, InstantSource.fixed(now), RANDOM));
  }

  Fleet(Authority authority) {
    this.authority = authority;
    CertificateKey tls = CertificateKey.generate(RANDOM);
    SigningKey signing = SigningKey.generate(RANDOM);
    Issued issued = authority.issueCoordinator(CertificateRequest.of(tls, signing), NAME, HOSTS);
    coordinator = Credentials.of(authority.federation(), tls, signing, issued, issued.enrolment());
  }

  static Fleet atNoon() {
    return new Fleet(NOON);
  }

  Federation federation() {
    return authority.federation();
  }

  Credentials site() {
    return site(SITE);
  }

  Credentials site(DisplayName name) {
    return siteBy(authority, name);
  }

  /** The same authority at another instant. */
  Authority at(Instant instant) {
    return Authority.of(authority.key(), federation(), InstantSource.fixed(instant), RANDOM);
  }

  Credentials siteBy(Authority clock, DisplayName name) {
    CertificateKey tls = CertificateKey.generate(RANDOM);
    SigningKey signing = SigningKey.generate(RANDOM);
    return Credentials.of(
        federation(),
        tls,
        signing,
        clock.issueSite(CertificateRequest.of(tls, signing), name),
        coordinator.issued().enrolment());
  }
}
