package dev.weft.federation.coordinator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.coordinator.sites.Doorway;
import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.Admission;
import dev.weft.privacy.keys.Authority;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.Credentials;
import dev.weft.privacy.keys.DisplayName;
import dev.weft.privacy.keys.EnrolmentRequest;
import dev.weft.privacy.keys.Identity;
import dev.weft.privacy.keys.Invitation;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.keys.RenewalAnswer;
import dev.weft.privacy.keys.RenewalRequest;
import dev.weft.privacy.keys.RevocationList;
import dev.weft.privacy.keys.Token;
import dev.weft.privacy.keys.VerifyingKey;
import dev.weft.protocol.transport.SignedLetters;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Who belongs to the federation: invitations, sites that have joined, and those that were revoked.
 * What is decided is on disk before anyone hears of it. Safe for use by several threads.
 */
final class Members implements Doorway.Gatekeeper {
  private static final String SITE = "site";
  private static final String KEY = "key";
  private static final String EXPIRY = "expiry";
  private static final String USED_BY = "usedBy";
  private static final String SERIAL = "serial";

  /** Of a certificate that was issued and not shown yet. */
  private static final String NEXT = "next";

  private static final String REVOKED = "revoked";

  private final Supplier<Credentials> own;
  private final Authority authority;
  private final InstantSource time;
  private final DurableFiles sites;
  private final DurableFiles invitations;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param own the coordinator's credentials, asked for at every use, so that renewed ones count
   */
  Members(Path folder, Supplier<Credentials> own, Authority authority, InstantSource time) {
    this.own = own;
    this.authority = authority;
    this.time = time;
    this.sites = new DurableFiles(folder.resolve("sites"));
    this.invitations = new DurableFiles(folder.resolve("invitations"));
  }

  /**
   * Invites a site.
   *
   * @return what the operator hands over, which exists only there
   * @throws WeftException if a site of this name has joined
   */
  synchronized Token invite(String site, List<Address> addresses, Duration life) {
    DisplayName name = new DisplayName(site);
    Optional<JsonNode> known = sites.get(NodeId.of(name).value());
    if (known.isPresent() && !isRevoked(known.get())) {
      throw new WeftException(
          Problem.BAD_VALUE,
          Text.format(
              "%s has joined already; revoke it first (weft revoke), or choose another name",
              Text.quoted(site)));
    }
    Invitation.Made made =
        Invitation.make(authority.federation(), name, addresses, time.instant(), life, random);
    keep(made.invitation());
    return made.token();
  }

  private void keep(Invitation invitation) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put(SITE, invitation.site().text());
    json.put(KEY, hex(invitation.key()));
    json.put(EXPIRY, invitation.expiry().getEpochSecond());
    invitation.usedBy().ifPresent(digest -> json.put(USED_BY, digest.hex()));
    invitations.put(hex(invitation.key()), json);
  }

  @Override
  public synchronized byte[] enrol(byte[] bytes) {
    EnrolmentRequest request = EnrolmentRequest.decode(bytes);
    Invitation kept =
        invitations
            .get(hex(request.invitation()))
            .map(Members::invitation)
            .orElseThrow(
                () ->
                    new WeftException(
                        Problem.ENROLMENT_REFUSED,
                        "this invitation is not one of this federation; ask its operator for a new"
                            + " one"));
    Admission admission = request.admit(kept, authority, own.get().coordinator());
    keep(admission.invitation());
    String node = NodeId.of(kept.site()).value();
    VerifyingKey key = request.certificate().signing();
    String serial = admission.serial().toString();
    sites.put(
        node,
        current(node, key)
            .map(known -> known.put(NEXT, serial)) // one of its answers was lost, or was not
            .orElseGet(
                () ->
                    JsonNodeFactory.instance
                        .objectNode()
                        .put(SITE, kept.site().text())
                        .put(KEY, hex(key))
                        .put(SERIAL, serial)));
    return admission.answer().encode();
  }

  /** A copy of what is known of a site that is admitted with this key. */
  private Optional<ObjectNode> current(String node, VerifyingKey key) {
    return sites
        .get(node)
        .filter(known -> !isRevoked(known) && key(known).equals(key))
        .map(known -> (ObjectNode) known.deepCopy());
  }

  private static Invitation invitation(JsonNode json) {
    return new Invitation(
        key(json),
        new DisplayName(json.get(SITE).asText()),
        Instant.ofEpochSecond(json.get(EXPIRY).asLong()),
        Optional.ofNullable(json.get(USED_BY)).map(digest -> new Digest(digest.asText())));
  }

  @Override
  public Doorway.Member member(X509Certificate certificate) {
    Identity identity = authority.federation().identify(certificate, time.instant());
    JsonNode site =
        sites
            .get(identity.node().value())
            .filter(known -> !isRevoked(known))
            .filter(known -> isSerial(known, SERIAL, identity) || isSerial(known, NEXT, identity))
            .orElseThrow(() -> notAdmitted(identity.node()));
    if (isSerial(site, NEXT, identity)) {
      replaceCertificate(identity);
    }
    VerifyingKey key = key(site);
    return new Doorway.Member(
        site.get(SITE).asText(),
        () -> {
          Credentials coordinator = own.get();
          return new SignedLetters(
              coordinator.federation().id(),
              coordinator.node(),
              coordinator.signing(),
              identity.node(),
              key,
              random);
        });
  }

  private static WeftException notAdmitted(NodeId node) {
    return new WeftException(
        Problem.NOT_ADMITTED,
        Text.format(
            "site %s is not admitted any more; ask the coordinator's operator for a new"
                + " invitation",
            node));
  }

  /** A site that shows its next certificate has it for sure, so the one before is worthless. */
  private synchronized void replaceCertificate(Identity identity) {
    String node = identity.node().value();
    sites
        .get(node)
        .filter(known -> isSerial(known, NEXT, identity))
        .map(known -> (ObjectNode) known.deepCopy())
        .ifPresent(site -> sites.put(node, site.set(SERIAL, site.remove(NEXT))));
  }

  @Override
  public synchronized byte[] renew(String member, byte[] bytes) {
    RenewalRequest request = RenewalRequest.decode(bytes);
    NodeId node = NodeId.of(new DisplayName(member));
    ObjectNode site =
        current(node.value(), request.certificate().signing()).orElseThrow(() -> notAdmitted(node));
    RenewalAnswer answer = request.grant(authority, own.get().coordinator());
    sites.put(
        node.value(), site.put(NEXT, answer.issued().certificate().getSerialNumber().toString()));
    return answer.encode();
  }

  /**
   * Shuts a site out from now on.
   *
   * @throws WeftException if there is no such site
   */
  synchronized void revoke(String name) {
    String node = NodeId.of(new DisplayName(name)).value();
    ObjectNode site =
        sites
            .get(node)
            .map(known -> (ObjectNode) known.deepCopy())
            .orElseThrow(
                () ->
                    new WeftException(
                        Problem.BAD_VALUE,
                        Text.format("%s is no site of this federation", Text.quoted(name))));
    sites.put(node, site.put(REVOKED, true));
  }

  /** Those whose certificates TLS refuses. */
  RevocationList revocations() {
    List<NodeId> revoked =
        sites.all().entrySet().stream()
            .filter(site -> isRevoked(site.getValue()))
            .map(site -> new NodeId(site.getKey()))
            .toList();
    RevocationList none = RevocationList.none(authority.federation().id());
    return revoked.isEmpty() ? none : none.with(revoked, List.of());
  }

  /** The names of all sites that have joined and were not revoked. */
  Set<String> names() {
    Set<String> names = new TreeSet<>();
    sites
        .all()
        .values()
        .forEach(
            site -> {
              if (!isRevoked(site)) {
                names.add(site.get(SITE).asText());
              }
            });
    return names;
  }

  private static boolean isSerial(JsonNode site, String which, Identity identity) {
    return identity.serial().toString().equals(site.path(which).asText());
  }

  private static boolean isRevoked(JsonNode site) {
    return site.path(REVOKED).asBoolean();
  }

  private static VerifyingKey key(JsonNode json) {
    return new VerifyingKey(Bytes.of(HexFormat.of().parseHex(json.get(KEY).asText())));
  }

  private static String hex(VerifyingKey key) {
    return HexFormat.of().formatHex(key.encoded().toArray());
  }
}
