package dev.weft.privacy.secagg.session;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.FieldWriter;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.Sha256;
import dev.weft.privacy.secagg.Terms;
import dev.weft.privacy.secagg.graph.Graph;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.graph.Plan;
import dev.weft.privacy.secagg.mask.Mask;
import dev.weft.privacy.secagg.message.Advertisement;
import dev.weft.privacy.secagg.message.Roster;
import dev.weft.privacy.secagg.message.Survivors;
import dev.weft.privacy.secagg.primitive.Kem;
import dev.weft.privacy.secagg.primitive.Secret;
import dev.weft.privacy.secagg.primitive.Suite;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** What a roster fixes: the id of the session, who shares with whom, how secrets are derived. */
public final class Session {
  private final Suite suite;
  private final Terms terms;
  private final Roster roster;
  private final Bytes id;
  private final Graph graph;

  private Session(Suite suite, Terms terms, Roster roster, Bytes id, Graph graph) {
    this.suite = suite;
    this.terms = terms;
    this.roster = roster;
    this.id = id;
    this.graph = graph;
  }

  /**
   * @param roster whose k and t are those of the terms
   */
  public static Session of(Suite suite, Terms terms, Roster roster) {
    Bytes digest = roster.digest();
    ByteArrayOutputStream nonces = new ByteArrayOutputStream();
    roster.entries().forEach(entry -> nonces.writeBytes(entry.advertisement().nonce().toArray()));
    Secret order =
        suite.derive(
            nonces.toByteArray(),
            digest.toArray(),
            "secagg/v1/graph".getBytes(StandardCharsets.UTF_8));
    Plan plan = new Plan(roster.size(), roster.neighbours(), roster.threshold());
    return new Session(
        suite,
        terms,
        roster,
        id(roster, digest, terms.bits(), terms.values()),
        Graph.of(plan, order));
  }

  /** 32 bytes that stand for all that is agreed in a session. */
  static Bytes id(Roster roster, Bytes digest, int bits, int values) {
    return Sha256.of(
        new FieldWriter("secagg/v1/session")
            .fixed(roster.context())
            .fixed(digest)
            .count(roster.neighbours())
            .count(roster.threshold())
            .count(bits)
            .number(values));
  }

  public Bytes id() {
    return id;
  }

  public Suite suite() {
    return suite;
  }

  public Terms terms() {
    return terms;
  }

  public Graph graph() {
    return graph;
  }

  public int threshold() {
    return roster.threshold();
  }

  public int size() {
    return roster.size();
  }

  public Bytes context() {
    return roster.context();
  }

  /** The keys that a site advertised. */
  public Advertisement keys(int index) {
    return roster.entry(index).advertisement();
  }

  /** The name of a site. */
  public NodeId node(int index) {
    return keys(index).node();
  }

  /** What sealed shares are about. */
  public byte[] about(int from, int to) {
    return ByteBuffer.allocate(Sha256.BYTES + 2 * Integer.BYTES)
        .put(id.toArray())
        .putInt(from)
        .putInt(to)
        .array();
  }

  /** The commitment of a site to the seed of its own mask. */
  public Bytes commitment(Secret ownMask, int site) {
    byte[] fields =
        new FieldWriter("secagg/v1/bcommit").fixed(id).count(site).fixed(ownMask.bytes()).toArray();
    Bytes commitment = Sha256.of(fields);
    Arrays.fill(fields, (byte) 0);
    return commitment;
  }

  /** The mask that a site adds on its own. */
  public Mask ownMask(Secret ownMask, int site) {
    byte[] info = new FieldWriter("secagg/v1/selfmask").count(site).toArray();
    return new Mask(suite.derive(ownMask.bytes(), id.toArray(), info), false);
  }

  /**
   * The key for shares from one site to another.
   *
   * @param agreed what the two share by the agreement of the suite
   * @param kem what the sender encapsulated and all that it sends with it, in hybrid suites
   */
  public Secret shareKey(byte[] agreed, int from, int to, Optional<Kem.Encapsulated> kem) {
    FieldWriter info = new FieldWriter("secagg/v1/share").count(from).count(to);
    return derive(agreed, info, kem, keys(to).kemKeys());
  }

  /**
   * The mask between two sites, as one of them applies it. Either of them finds it, and whoever has
   * the root of either.
   *
   * @param own keys of the one
   * @param received in hybrid suites, the ciphertext for masks that the lower of the two sent
   * @return empty if the other's key gives all zeros with any
   */
  public Optional<Mask> pairMask(MaskKeys own, int site, int other, Bytes received) {
    return own.agree(keys(other).maskKey())
        .map(
            agreed -> {
              int lower = Math.min(site, other);
              int higher = Math.max(site, other);
              FieldWriter info = new FieldWriter("secagg/v1/pairmask").count(lower).count(higher);
              Optional<Kem.Encapsulated> kem =
                  suite
                      .kem()
                      .map(
                          kind ->
                              site == lower
                                  ? maskEncapsulation(own, site, other)
                                  : new Kem.Encapsulated(
                                      received, kind.decapsulate(own.kemSeed(), received)));
              Secret seed = derive(agreed.bytes(), info, kem, keys(higher).kemKeys());
              agreed.erase();
              return new Mask(seed, other < site);
            });
  }

  /** What the lower of two sites encapsulates for their mask, in hybrid suites. */
  public Kem.Encapsulated maskEncapsulation(MaskKeys own, int site, int other) {
    byte[] info = new FieldWriter("secagg/v1/kem-coins").count(site).count(other).toArray();
    Secret coins = suite.derive(own.root().bytes(), id.toArray(), info);
    Kem.Encapsulated made = suite.kem().orElseThrow().encapsulate(maskKem(other), coins);
    coins.erase();
    return made;
  }

  /** What a site encapsulates for the shares that it sends to another, in hybrid suites. */
  public Kem.Encapsulated shareEncapsulation(Secret coinsRoot, int site, int other) {
    byte[] info = new FieldWriter("secagg/v1/share-coins").count(site).count(other).toArray();
    Secret coins = suite.derive(coinsRoot.bytes(), id.toArray(), info);
    Kem.Encapsulated made = suite.kem().orElseThrow().encapsulate(shareKem(other), coins);
    coins.erase();
    return made;
  }

  /** The secret in what a site received with shares, as its sender had it; in hybrid suites. */
  public Optional<Kem.Encapsulated> shareDecapsulation(ShareKeys own, Bytes received) {
    return suite
        .kem()
        .map(
            kem ->
                new Kem.Encapsulated(
                    received,
                    kem.decapsulate(own.kemSeed(), received.range(0, kem.ciphertextBytes()))));
  }

  private Bytes maskKem(int site) {
    return keys(site).kemKeys().range(0, suite.kem().orElseThrow().publicKeyBytes());
  }

  private Bytes shareKem(int site) {
    int length = suite.kem().orElseThrow().publicKeyBytes();
    return keys(site).kemKeys().range(length, 2 * length);
  }

  /**
   * How many bytes of ciphertext go with shares: in hybrid suites one ciphertext for the shares,
   * and from a lower site to a higher one another for the masks behind it.
   */
  public int kemBytes(int from, int to) {
    return suite.kem().map(kem -> kem.ciphertextBytes() * (from < to ? 2 : 1)).orElse(0);
  }

  /**
   * The ciphertext for masks in what went with shares; none from a higher site, and none in suites
   * that are not hybrid.
   */
  public Bytes maskCiphertext(int from, int to, Bytes sent) {
    return suite
        .kem()
        .filter(kem -> from < to)
        .map(kem -> sent.range(kem.ciphertextBytes(), 2 * kem.ciphertextBytes()))
        .orElse(Bytes.NONE);
  }

  private Secret derive(
      byte[] agreed, FieldWriter info, Optional<Kem.Encapsulated> kem, Bytes kemKeys) {
    if (kem.isEmpty()) {
      return suite.derive(agreed, id.toArray(), info.toArray());
    }
    Kem.Encapsulated with = kem.get();
    byte[] material =
        ByteBuffer.allocate(agreed.length + with.secret().size())
            .put(agreed)
            .put(with.secret().bytes())
            .array();
    ByteBuffer bound = ByteBuffer.allocate(with.ciphertext().size() + kemKeys.size());
    bound.put(with.ciphertext().toArray()).put(kemKeys.toArray());
    info.fixed(Sha256.of(bound.array()));
    Secret derived = suite.derive(material, id.toArray(), info.toArray());
    Arrays.fill(material, (byte) 0);
    with.secret().erase();
    return derived;
  }

  /** U3, as a statement that survivors sign. */
  public Survivors survivors(IndexSet indices) {
    return new Survivors(id, indices);
  }

  /** 32 bytes that stand for the whole session: what was agreed, and who survived. */
  public Bytes transcript(IndexSet survivors) {
    return Sha256.of(
        new FieldWriter("secagg/v1/transcript")
            .fixed(id)
            .fixed(Sha256.of(survivors(survivors).statement())));
  }
}
