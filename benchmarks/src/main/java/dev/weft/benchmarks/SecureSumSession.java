package dev.weft.benchmarks;

import dev.weft.core.Digest;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.update.RingSource;
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
import dev.weft.privacy.secagg.Verifier;
import dev.weft.privacy.secagg.coordinator.CoordinatorSetup;
import dev.weft.privacy.secagg.coordinator.CoordinatorState;
import dev.weft.privacy.secagg.coordinator.CoordinatorStep;
import dev.weft.privacy.secagg.coordinator.Failed;
import dev.weft.privacy.secagg.coordinator.Inviting;
import dev.weft.privacy.secagg.coordinator.Unmasked;
import dev.weft.privacy.secagg.graph.Neighbours;
import dev.weft.privacy.secagg.graph.Plan;
import dev.weft.privacy.secagg.graph.Threat;
import dev.weft.privacy.secagg.message.CoordinatorMessage;
import dev.weft.privacy.secagg.message.MaskedInput;
import dev.weft.privacy.secagg.message.Offer;
import dev.weft.privacy.secagg.message.SiteMessage;
import dev.weft.privacy.secagg.primitive.Suite;
import dev.weft.privacy.secagg.site.Joining;
import dev.weft.privacy.secagg.site.Ready;
import dev.weft.privacy.secagg.site.SitePolicy;
import dev.weft.privacy.secagg.site.SiteSecrets;
import dev.weft.privacy.secagg.site.SiteSetup;
import dev.weft.privacy.secagg.site.SiteState;
import dev.weft.privacy.secagg.site.SiteStep;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Plays one secure sum from offer to sum, on all processors, and measures it. */
public final class SecureSumSession {
  private static final Lanes ALL =
      (pieces, work) -> IntStream.range(0, pieces).parallel().forEach(work);
  private static final Digest NOTHING = Digest.of(new byte[0]);
  private static final FederationId FEDERATION = new FederationId("bench");

  /**
   * What is played.
   *
   * @param clients in the session
   * @param values integers of a vector
   * @param bits of every integer
   * @param dropout share of the clients that share and send no vector
   */
  public record Options(
      int clients, int values, int bits, double dropout, Neighbours neighbours, Suite suite) {

    /** A smaller session, which compiles the code of the one that is measured. */
    Options warmUp() {
      return new Options(24, 20_000, bits, 0.1, new Neighbours.Full(), suite);
    }
  }

  private final Options options;
  private final Terms terms;
  private final SecureRandom random = new SecureRandom();
  private final Signer coordinatorKey = Signer.of(SigningKey.generate(random));
  private final Map<NodeId, Site> sites = new HashMap<>();
  private final Set<NodeId> leaving = new HashSet<>();
  private CoordinatorState coordinator = new Failed("it has not begun");
  private long serverNanos;

  private SecureSumSession(Options options) {
    this.options = options;
    this.terms =
        new Terms(
            options.suite().name(),
            Threat.DEFAULT,
            options.neighbours(),
            Terms.DEFAULT_SURVIVORS,
            false,
            options.bits(),
            options.values(),
            NOTHING);
    List<NodeId> all = new ArrayList<>();
    for (int i = 0; i < options.clients(); i++) {
      all.add(new NodeId("client-" + i));
      sites.put(all.get(i), new Site(i));
    }
    Collections.shuffle(all, new Random(1));
    leaving.addAll(all.subList(0, (int) (options.dropout() * options.clients())));
  }

  /**
   * Plays it after a smaller one.
   *
   * @throws WeftException if there is no threshold for so many clients, or too many drop out
   */
  public static SecureSumMeasurement measure(Options options) {
    new SecureSumSession(options.warmUp()).play();
    return new SecureSumSession(options).play();
  }

  /** One client with its key, its state and what it has sent and received. */
  private static final class Site {
    private final Signer key = Signer.of(SigningKey.generate(new SecureRandom()));
    private final Numbers numbers;
    private SiteState state;
    private RingVector vector;
    private long bytes;

    Site(int number) {
      this.numbers = new Numbers(number);
    }
  }

  /** A vector of which every integer follows from its place. */
  private record Numbers(long number) {
    long at(int place) {
      long mixed = (number << 32 | place) * 0x9E3779B97F4A7C15L;
      return (mixed ^ mixed >>> 29) >> 8;
    }

    RingSource vector(int bits, int size) {
      return new RingSource() {
        @Override
        public int bits() {
          return bits;
        }

        @Override
        public int size() {
          return size;
        }

        @Override
        public RingVector range(int from, int length) {
          long[] values = new long[length];
          for (int i = 0; i < length; i++) {
            values[i] = at(from + i);
          }
          return RingVector.of(bits, values);
        }
      };
    }
  }

  /** A message on its way, as its bytes. */
  private record Sent(NodeId other, Bytes bytes) {}

  private SecureSumMeasurement play() {
    Plan plan = terms.plan(options.clients());
    Context context = new Context(FEDERATION, "bench", 1, 0, terms.digest(), NOTHING, NOTHING);
    Members members = node -> Optional.ofNullable(sites.get(node)).map(site -> site.key.verifier());
    CoordinatorSetup setup =
        new CoordinatorSetup(coordinatorKey, members, options.suite(), key -> false, ALL);
    SitePolicy policy =
        new SitePolicy(
            FEDERATION,
            NOTHING,
            NOTHING,
            NOTHING,
            options.bits(),
            options.values(),
            Threat.DEFAULT,
            Terms.DEFAULT_SURVIVORS,
            true);
    long begin = System.nanoTime();
    List<Sent> out = step(() -> Inviting.open(setup, context, terms, sites.keySet()));
    while (!(coordinator instanceof Unmasked)) {
      List<Sent> in = answers(out, policy, members, coordinatorKey.verifier());
      out = new ArrayList<>();
      for (Sent sent : in) {
        out.addAll(step(() -> arrived(sent)));
      }
      if (out.isEmpty() && !(coordinator instanceof Unmasked)) {
        out.addAll(step(() -> coordinator.close()));
      }
      if (coordinator instanceof Failed failed) {
        throw new WeftException(Problem.ROUND_FAILED, failed.reason());
      }
    }
    Unmasked unmasked = (Unmasked) coordinator;
    long unmasking = System.nanoTime();
    RingVector sum = unmasked.takeSum();
    long end = System.nanoTime();
    serverNanos += end - unmasking;
    return new SecureSumMeasurement(
        options.clients(),
        options.values(),
        options.bits(),
        plan.neighbours(),
        plan.threshold(),
        unmasked.dropped().size(),
        (end - begin) / 1e9,
        serverNanos / 1e9,
        (long)
            unmasked.survivors().stream()
                .mapToLong(node -> sites.get(node).bytes)
                .average()
                .orElseThrow(),
        isExact(unmasked.survivors(), sum));
  }

  private List<Sent> step(Supplier<CoordinatorStep> what) {
    long begin = System.nanoTime();
    CoordinatorStep step = what.get();
    coordinator = step.next();
    List<Sent> out =
        step.out().stream()
            .map(delivery -> new Sent(delivery.to(), Bytes.of(delivery.message().encode())))
            .toList();
    serverNanos += System.nanoTime() - begin;
    return out;
  }

  private CoordinatorStep arrived(Sent sent) {
    SiteMessage message = SiteMessage.decode(sent.bytes().toArray());
    return message instanceof MaskedInput input
        ? coordinator.upload(sent.other(), input, sites.get(sent.other()).vector)
        : coordinator.on(sent.other(), message);
  }

  /** What all sites say to these messages, in the order of the messages. */
  private List<Sent> answers(
      List<Sent> messages, SitePolicy policy, Members members, Verifier verifier) {
    return messages.parallelStream()
        .flatMap(
            sent -> {
              NodeId node = sent.other();
              Site site = sites.get(node);
              SiteSetup setup =
                  new SiteSetup(
                      node, site.key, verifier, members, options.suite(), policy, Lanes.ONE);
              return answer(node, site, setup, sent.bytes().toArray()).stream();
            })
        .toList();
  }

  private Optional<Sent> answer(NodeId node, Site site, SiteSetup setup, byte[] bytes) {
    site.bytes += bytes.length;
    CoordinatorMessage message = CoordinatorMessage.decode(bytes);
    SiteStep step =
        message instanceof Offer offer
            ? Joining.join(offer, setup, Optional.empty(), SiteSecrets.draw(random))
            : site.state.on(message);
    site.state = step.next();
    Optional<SiteMessage> reply = step.reply();
    if (step.next() instanceof Ready ready) {
      reply = leaving.contains(node) ? Optional.empty() : Optional.of(masked(site, ready));
    }
    Optional<Sent> sent = reply.map(said -> new Sent(node, Bytes.of(said.encode())));
    site.bytes += sent.map(said -> said.bytes().size()).orElse(0);
    return sent;
  }

  private SiteMessage masked(Site site, Ready ready) {
    Ready.Sealed result = ready.mask(site.numbers.vector(options.bits(), options.values()));
    site.state = result.next();
    site.vector = result.vector();
    site.bytes += RingVector.bytes(options.bits(), options.values());
    return result.message();
  }

  private boolean isExact(List<NodeId> survivors, RingVector sum) {
    List<Numbers> vectors = survivors.stream().map(node -> sites.get(node).numbers).toList();
    return IntStream.range(0, options.values())
        .parallel()
        .allMatch(
            place -> {
              long expected = 0;
              for (Numbers numbers : vectors) {
                expected += numbers.at(place);
              }
              return RingVector.of(options.bits(), expected).at(0) == sum.at(place);
            });
  }
}
