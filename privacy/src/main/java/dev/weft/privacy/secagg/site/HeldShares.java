package dev.weft.privacy.secagg.site;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.message.UnmaskShares.Kind;
import dev.weft.privacy.secagg.message.UnmaskShares.Revealed;
import dev.weft.privacy.secagg.primitive.Secret;
import dev.weft.privacy.secagg.shamir.Shamir;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The shares that a site holds of its neighbours' secrets and of its own. */
final class HeldShares {
  /** A neighbour's two. */
  private record Both(Secret ownMask, Secret maskRoot) {}

  private final Map<Integer, Both> others = new TreeMap<>();
  private final int index;
  private final Secret own;

  HeldShares(int index, Bytes own) {
    this.index = index;
    this.own = Secret.owning(own.toArray());
  }

  void put(int neighbour, byte[] ownMask, byte[] maskRoot) {
    others.put(neighbour, new Both(Secret.owning(ownMask), Secret.owning(maskRoot)));
  }

  /** Whose secrets they are of: those that were in the session when shares went round. */
  IndexSet of() {
    return IndexSet.of(
        IntStream.concat(
            IntStream.of(index), others.keySet().stream().mapToInt(Integer::intValue)));
  }

  /**
   * Of each site one share: of a survivor's own mask, or of the masks of one that dropped out. That
   * is the only way in which shares leave, so both of one site never do.
   */
  List<Revealed> reveal(IndexSet survivors) {
    return of().stream().mapToObj(site -> reveal(site, survivors.contains(site))).toList();
  }

  private Revealed reveal(int site, boolean survivor) {
    Secret share;
    if (site == index) {
      share = own;
    } else {
      share = survivor ? others.get(site).ownMask() : others.get(site).maskRoot();
    }
    return new Revealed(site, survivor ? Kind.OWN_MASK : Kind.PAIR_MASKS, Bytes.of(share.bytes()));
  }

  /** Whether a text that a neighbour sealed holds shares. */
  static boolean areShares(byte[] ownMask, byte[] maskRoot) {
    return Shamir.isShare(Bytes.of(ownMask)) && Shamir.isShare(Bytes.of(maskRoot));
  }

  void erase() {
    own.erase();
    others
        .values()
        .forEach(
            both -> {
              both.ownMask().erase();
              both.maskRoot().erase();
            });
  }
}
