package dev.weft.privacy.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is in a file of keys: PEM blocks in a fixed order. Keys and certificates are in the forms
 * that other tools read, the rest is Weft's own.
 */
final class KeyFile {
  private static final String FEDERATION = "WEFT FEDERATION";
  private static final String ISSUED = "WEFT ENROLMENT";
  private static final String COORDINATOR = "WEFT COORDINATOR";
  private static final String TOKEN = "WEFT TOKEN";

  private KeyFile() {}

  static List<PemBlock> of(Credentials credentials) {
    Stream<PemBlock> keys =
        Stream.of(
            PemBlock.of(PemBlock.PRIVATE_KEY, credentials.tls().toPkcs8()),
            PemBlock.of(PemBlock.PRIVATE_KEY, credentials.signing().toPkcs8()),
            PemBlock.of(FEDERATION, credentials.federation().encode()),
            PemBlock.of(ISSUED, credentials.issued().encode()),
            PemBlock.of(COORDINATOR, credentials.coordinator().encode()));
    return Stream.concat(keys, certificates(credentials.chain())).toList();
  }

  static Credentials credentials(List<PemBlock> blocks, String file) {
    List<Bytes> parts =
        contents(
            blocks,
            file,
            List.of(PemBlock.PRIVATE_KEY, PemBlock.PRIVATE_KEY, FEDERATION, ISSUED, COORDINATOR));
    CertificateKey tls = CertificateKey.ofPkcs8(parts.get(0), file);
    SigningKey signing = SigningKey.ofPkcs8(parts.get(1), file);
    Federation federation = Federation.decode(parts.get(2).toArray(), Problem.BAD_KEY_FILE, file);
    try {
      return Credentials.of(
          federation,
          tls,
          signing,
          Issued.decode(parts.get(3).toArray()),
          SignedStatement.decode(parts.get(4).toArray()));
    } catch (WeftException e) {
      throw new WeftException(Problem.BAD_KEY_FILE, file + ": " + e.getMessage(), e);
    }
  }

  static List<PemBlock> of(Authority authority) {
    Stream<PemBlock> keys =
        Stream.of(
            PemBlock.of(PemBlock.PRIVATE_KEY, authority.key().toPkcs8()),
            PemBlock.of(FEDERATION, authority.federation().encode()));
    return Stream.concat(keys, certificates(authority.federation().authorities())).toList();
  }

  static Authority authority(
      List<PemBlock> blocks, String file, InstantSource time, SecureRandom random) {
    List<Bytes> parts = contents(blocks, file, List.of(PemBlock.PRIVATE_KEY, FEDERATION));
    return Authority.of(
        CertificateKey.ofPkcs8(parts.get(0), file),
        Federation.decode(parts.get(1).toArray(), Problem.BAD_KEY_FILE, file),
        time,
        random);
  }

  static List<PemBlock> of(AuthorityRequest request) {
    FieldWriter names =
        new FieldWriter(FEDERATION).text(request.federation().value()).text(request.name().text());
    return List.of(
        PemBlock.of(PemBlock.PRIVATE_KEY, request.key().toPkcs8()),
        PemBlock.of(FEDERATION, names.toArray()));
  }

  static AuthorityRequest authorityRequest(List<PemBlock> blocks, String file) {
    List<Bytes> parts = contents(blocks, file, List.of(PemBlock.PRIVATE_KEY, FEDERATION));
    CertificateKey key = CertificateKey.ofPkcs8(parts.get(0), file);
    return FieldReader.read(
        parts.get(1).toArray(),
        FEDERATION,
        Problem.BAD_KEY_FILE,
        file,
        fields ->
            new AuthorityRequest(
                new FederationId(fields.text(NodeId.MOST)),
                new DisplayName(fields.text(DisplayName.MOST_BYTES)),
                key));
  }

  static List<PemBlock> of(PendingEnrolment pending) {
    return List.of(
        PemBlock.of(PemBlock.PRIVATE_KEY, pending.tls().toPkcs8()),
        PemBlock.of(PemBlock.PRIVATE_KEY, pending.signing().toPkcs8()),
        PemBlock.of(TOKEN, pending.token().text().getBytes(US_ASCII)),
        PemBlock.of(EnrolmentRequest.PEM_TYPE, pending.request().encode()));
  }

  /** Whether its token has expired is for whoever is asked. */
  static PendingEnrolment pendingEnrolment(List<PemBlock> blocks, String file) {
    List<Bytes> parts =
        contents(
            blocks,
            file,
            List.of(PemBlock.PRIVATE_KEY, PemBlock.PRIVATE_KEY, TOKEN, EnrolmentRequest.PEM_TYPE));
    return new PendingEnrolment(
        Token.parse(new String(parts.get(2).toArray(), US_ASCII), Instant.EPOCH),
        CertificateKey.ofPkcs8(parts.get(0), file),
        SigningKey.ofPkcs8(parts.get(1), file),
        EnrolmentRequest.decode(parts.get(3).toArray()));
  }

  /** For other tools; they come last and are not read back. */
  private static Stream<PemBlock> certificates(List<X509Certificate> certificates) {
    return certificates.stream()
        .map(one -> PemBlock.of(PemBlock.CERTIFICATE, Certificates.der(one)));
  }

  /** The content of those blocks that are read, once they are of these types. */
  private static List<Bytes> contents(List<PemBlock> blocks, String file, List<String> types) {
    List<PemBlock> read =
        blocks.stream().filter(block -> !block.type().equals(PemBlock.CERTIFICATE)).toList();
    List<String> found = read.stream().map(PemBlock::type).toList();
    if (!found.equals(types)) {
      throw new WeftException(
          Problem.BAD_KEY_FILE,
          Text.format(
              "%s: the PEM blocks %s are needed, found %s; restore it from a backup",
              file, types, found));
    }
    return read.stream().map(PemBlock::content).toList();
  }
}
