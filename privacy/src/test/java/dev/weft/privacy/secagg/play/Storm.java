package dev.weft.privacy.secagg.play;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.message.Advertisement;
import dev.weft.privacy.secagg.message.CoordinatorMessage;
import dev.weft.privacy.secagg.message.ForwardedShares;
import dev.weft.privacy.secagg.message.KeyShares;
import dev.weft.privacy.secagg.message.Roster;
import dev.weft.privacy.secagg.message.SiteMessage;
import dev.weft.privacy.secagg.message.Survivors;
import dev.weft.privacy.secagg.message.UnmaskRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A line on which messages are delayed, repeated and overtaken, sites are lost, and, if it lies,
 * what the coordinator says is changed on its way. All of it follows from one seed.
 */
final class Storm implements Line {
  private final Random random;
  private final double lossRate;
  private final double lieRate;
  private final double haste;
  private final Set<NodeId> met = new HashSet<>();
  private final Map<NodeId, Stage> lost = new HashMap<>();
  private final Map<NodeId, List<byte[]>> said = new HashMap<>();

  Storm(long seed, boolean lies) {
    this.random = new Random(seed);
    this.lossRate = random.nextDouble() * 0.4;
    this.lieRate = lies ? random.nextDouble() * 0.1 : 0;
    this.haste = random.nextBoolean() ? random.nextDouble() / 500 : 0;
  }

  @Override
  public List<byte[]> toCoordinator(NodeId from, SiteMessage message) {
    if (!met.contains(from)) {
      met.add(from);
      if (random.nextDouble() < lossRate) {
        lost.put(from, Stage.ALL.get(random.nextInt(Stage.ALL.size())));
      }
    }
    Stage end = lost.get(from);
    return end != null && Stage.of(message).compareTo(end) >= 0
        ? List.of()
        : repeated(message.encode());
  }

  @Override
  public List<byte[]> toSite(NodeId to, CoordinatorMessage message) {
    List<byte[]> out = new ArrayList<>(repeated(message.encode()));
    List<byte[]> before = said.computeIfAbsent(to, site -> new ArrayList<>());
    if (random.nextDouble() < lieRate) {
      if (random.nextBoolean()) {
        out.clear();
      }
      out.add(lie(message).encode());
    }
    if (!before.isEmpty() && random.nextInt(10) == 0) {
      out.add(before.get(random.nextInt(before.size())));
    }
    before.addAll(out);
    return out;
  }

  private List<byte[]> repeated(byte[] message) {
    return random.nextInt(8) == 0 ? List.of(message, message) : List.of(message);
  }

  @Override
  public int next(int underWay) {
    return random.nextInt(underWay);
  }

  @Override
  public boolean deadline() {
    return random.nextDouble() < haste;
  }

  private CoordinatorMessage lie(CoordinatorMessage message) {
    if (message instanceof Roster roster) {
      return lie(roster);
    }
    if (message instanceof ForwardedShares shares) {
      return lie(shares);
    }
    if (message instanceof Survivors survivors) {
      int[] others = survivors.indices().stream().filter(index -> random.nextInt(6) > 0).toArray();
      return new Survivors(
          survivors.session(),
          IndexSet.of(
              IntStream.concat(IntStream.of(others), IntStream.of(1 + random.nextInt(100)))));
    }
    if (message instanceof UnmaskRequest request) {
      return lie(request);
    }
    return message;
  }

  private Roster lie(Roster roster) {
    List<Roster.Entry> entries = new ArrayList<>(roster.entries());
    int at = random.nextInt(entries.size());
    Advertisement keys = entries.get(at).advertisement();
    switch (random.nextInt(5)) {
      case 0 -> entries.remove(at);
      case 1 -> entries.set(at, entries.get(random.nextInt(entries.size())));
      case 2 ->
          entries.set(
              at,
              new Roster.Entry(
                  entries.get(at).signing(),
                  new Advertisement(
                      keys.context(),
                      keys.node(),
                      /* shareKey= */ keys.maskKey(),
                      /* maskKey= */ keys.shareKey(),
                      keys.kemKeys(),
                      keys.nonce(),
                      keys.signature())));
      case 3 -> {
        return new Roster(
            roster.context(), roster.neighbours(), Math.max(1, roster.threshold() - 1), entries);
      }
      default -> Collections.swap(entries, at, 0);
    }
    return new Roster(roster.context(), roster.neighbours(), roster.threshold(), entries);
  }

  private ForwardedShares lie(ForwardedShares forwarded) {
    List<KeyShares.Sealed> shares = new ArrayList<>(forwarded.shares());
    int at = random.nextInt(shares.size());
    int other = random.nextInt(shares.size());
    switch (random.nextInt(3)) {
      case 0 -> shares.remove(at);
      case 1 ->
          shares.set(
              at,
              new KeyShares.Sealed(
                  shares.get(at).other(), shares.get(other).box(), shares.get(other).kem()));
      default -> {
        return new ForwardedShares(
            forwarded.session(), 1 + random.nextInt(100), forwarded.shares());
      }
    }
    return new ForwardedShares(forwarded.session(), forwarded.to(), shares);
  }

  private UnmaskRequest lie(UnmaskRequest request) {
    List<UnmaskRequest.Signed> signatures = new ArrayList<>(request.signatures());
    int at = random.nextInt(signatures.size());
    if (random.nextBoolean()) {
      signatures.remove(at);
    } else {
      byte[] changed = signatures.get(at).signature().toArray();
      changed[random.nextInt(changed.length)] ^= 1;
      signatures.set(at, new UnmaskRequest.Signed(signatures.get(at).by(), Bytes.of(changed)));
    }
    return new UnmaskRequest(request.session(), signatures);
  }
}
