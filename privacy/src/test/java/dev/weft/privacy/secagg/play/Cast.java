package dev.weft.privacy.secagg.play;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.update.RingVector;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.FederationId;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.keys.SigningKey;
import dev.weft.privacy.secagg.Context;
import dev.weft.privacy.secagg.Lanes;
import dev.weft.privacy.secagg.Members;
import dev.weft.privacy.secagg.Signer;
import dev.weft.privacy.secagg.Terms;
import dev.weft.privacy.secagg.coordinator.CoordinatorSetup;
import dev.weft.privacy.secagg.coordinator.Inviting;
import dev.weft.privacy.secagg.graph.Neighbours;
import dev.weft.privacy.secagg.graph.Threat;
import dev.weft.privacy.secagg.message.Offer;
import dev.weft.privacy.secagg.primitive.Secret;
import dev.weft.privacy.secagg.primitive.Suite;
import dev.weft.privacy.secagg.primitive.Suites;
import dev.weft.privacy.secagg.site.SitePolicy;
import dev.weft.privacy.secagg.site.SiteSecrets;
import dev.weft.privacy.secagg.site.SiteSetup;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/** Who plays in a session: sites with their keys and vectors, a coordinator, and what is agreed. */
public final class Cast {
  public static final Suite CHEAP = new CheapSuite();
  public static final Digest BASE = Digest.of(new byte[] {1});
  public static final Digest SCHEMA = Digest.of(new byte[] {2});
  public static final Digest ENCODING = Digest.of(new byte[] {3});
  public static final FederationId FEDERATION = new FederationId("play");
  private static final int REAL_KEYS = 128;
  private static final SigningKey[] REAL = new SigningKey[REAL_KEYS];

  public final Suite suite;
  public final Terms terms;
  public final Signer coordinator;
  public final Map<NodeId, Signer> signers = new LinkedHashMap<>();
  public final Map<NodeId, RingVector> vectors = new LinkedHashMap<>();
  public final Set<Bytes> usedKeys = new HashSet<>();

  /** Copies of the secrets c, in the order in which they were drawn. */
  public final List<byte[]> shareRoots = new ArrayList<>();

  private final Random random;
  private Consumer<SiteSecrets> watcher = secrets -> {};

  private Cast(Suite suite, Terms terms, int sites, long seed) {
    this.suite = suite;
    this.terms = terms;
    this.random = new Random(seed);
    this.coordinator = signer(suite, 0);
    for (int i = 1; i <= sites; i++) {
      NodeId node = node(i);
      signers.put(node, signer(suite, i));
      vectors.put(
          node,
          RingVector.of(terms.bits(), random.longs(terms.values()).map(v -> v >> 8).toArray()));
    }
  }

  public static Cast of(Suite suite, Terms terms, int sites, long seed) {
    return new Cast(suite, terms, sites, seed);
  }

  /** With a threat of a tenth in league and three tenths lost, among all. */
  public static Terms terms(Suite suite, int minSurvivors, int bits, int values) {
    return terms(suite, new Neighbours.Automatic(), minSurvivors, bits, values);
  }

  public static Terms terms(
      Suite suite, Neighbours neighbours, int minSurvivors, int bits, int values) {
    return new Terms(
        suite.name(),
        Threat.DEFAULT,
        neighbours,
        minSurvivors,
        minSurvivors < Terms.LEAST_SURVIVORS,
        bits,
        values,
        ENCODING);
  }

  /** Their order as texts is that of their numbers. */
  public static NodeId node(int number) {
    return new NodeId(Text.format("site-%03d", number));
  }

  private static synchronized Signer signer(Suite suite, int number) {
    if (!Suites.all().contains(suite)) {
      return CheapSigner.of(number);
    }
    if (REAL[number] == null) {
      REAL[number] = SigningKey.generate(new SecureRandom());
    }
    return Signer.of(REAL[number]);
  }

  public List<NodeId> sites() {
    return List.copyOf(signers.keySet());
  }

  public Members members() {
    return site -> Optional.ofNullable(signers.get(site)).map(Signer::verifier);
  }

  public Context context(int attempt) {
    return new Context(FEDERATION, "run", 3, attempt, terms.digest(), BASE, SCHEMA);
  }

  /** What the coordinator offers to all sites. */
  public Offer offer(int attempt) {
    return (Offer)
        Inviting.open(coordinatorSetup(), context(attempt), terms, sites()).out().get(0).message();
  }

  public CoordinatorSetup coordinatorSetup() {
    return new CoordinatorSetup(coordinator, members(), suite, usedKeys::contains, Lanes.ONE);
  }

  public SiteSetup siteSetup(NodeId site) {
    return new SiteSetup(
        site, signers.get(site), coordinator.verifier(), members(), suite, policy(), Lanes.ONE);
  }

  public SitePolicy policy() {
    return new SitePolicy(
        FEDERATION,
        BASE,
        SCHEMA,
        ENCODING,
        terms.bits(),
        terms.values(),
        Threat.DEFAULT,
        terms.minSurvivors(),
        true);
  }

  /** Fresh, and the same for the same seed of the cast. */
  public SiteSecrets secrets() {
    SiteSecrets drawn = new SiteSecrets(secret(), secret(), secret(), secret(), Bytes.of(drawn()));
    watcher.accept(drawn);
    shareRoots.add(drawn.shareRoot().bytes().clone());
    return drawn;
  }

  /** Shows all secrets that are drawn from now on. */
  public void watching(Consumer<SiteSecrets> watcher) {
    this.watcher = watcher;
  }

  private Secret secret() {
    return Secret.owning(drawn());
  }

  private byte[] drawn() {
    byte[] drawn = new byte[32];
    random.nextBytes(drawn);
    return drawn;
  }

  /** The integers of the sum of some sites' vectors, worked out one by one. */
  public RingVector sum(List<NodeId> sites) {
    long[] sum = new long[terms.values()];
    for (NodeId site : sites) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += vectors.get(site).at(i);
      }
    }
    return RingVector.of(terms.bits(), sum);
  }
}
