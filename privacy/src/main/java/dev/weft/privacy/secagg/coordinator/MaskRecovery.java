package dev.weft.privacy.secagg.coordinator;

import dev.weft.core.Text;
import dev.weft.core.update.RingSource;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.mask.Mask;
import dev.weft.privacy.secagg.mask.MaskedSum;
import dev.weft.privacy.secagg.message.KeyShares;
import dev.weft.privacy.secagg.message.UnmaskShares;
import dev.weft.privacy.secagg.primitive.Secret;
import dev.weft.privacy.secagg.session.MaskKeys;
import dev.weft.privacy.secagg.session.Session;
import dev.weft.privacy.secagg.shamir.Recovery;
import dev.weft.privacy.secagg.shamir.Share;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/** All masks that are in the sum of the survivors' vectors, found by the shares that came. */
final class MaskRecovery {
  private final Cohort cohort;
  private final Session session;
  private final Inputs inputs;
  private final Inbox<UnmaskShares> shares;

  /** Of which sites each one that answered holds shares, in the order in which it sent them. */
  private final int[][] held;

  MaskRecovery(Cohort cohort, Inputs inputs, Inbox<UnmaskShares> shares) {
    this.cohort = cohort;
    this.session = cohort.session();
    this.inputs = inputs;
    this.shares = shares;
    this.held = new int[cohort.size() + 1][];
    for (int holder : shares.senders()) {
      held[holder] = cohort.holders(holder).and(inputs.sharing()).toArray();
    }
  }

  /** What one site's secret gives, or why it gives nothing. */
  private record Found(List<Mask> masks, List<Integer> wrong, Optional<String> lost) {
    static Found lost(String why) {
      return new Found(List.of(), List.of(), Optional.of(why));
    }
  }

  /**
   * @throws Lost if some mask cannot be found
   */
  Unmasked unmasked(Heard heard) throws Lost {
    int[] sites = inputs.sharing().toArray();
    Found[] found = new Found[sites.length];
    cohort
        .setup()
        .lanes()
        .each(
            sites.length,
            i ->
                found[i] =
                    inputs.survivors().contains(sites[i]) ? survivor(sites[i]) : dropped(sites[i]));
    List<Mask> masks = new ArrayList<>();
    TreeSet<Integer> wrong = new TreeSet<>();
    Optional<String> lost = Optional.empty();
    for (Found one : found) {
      one.masks().forEach(mask -> masks.add(mask.opposite()));
      wrong.addAll(one.wrong());
      lost = lost.or(one::lost);
    }
    if (lost.isPresent()) {
      masks.forEach(mask -> mask.seed().erase());
      throw new Lost(lost.get());
    }
    List<RingSource> vectors =
        inputs.survivors().stream()
            .mapToObj(index -> inputs.vectors().of(index).orElseThrow())
            .toList();
    return new Unmasked(
        cohort,
        inputs,
        new MaskedSum(vectors, masks, session.suite()),
        wrong.stream().map(session::node).toList(),
        heard);
  }

  private Found survivor(int site) {
    Bytes commitment = inputs.shares().of(site).orElseThrow().commitment();
    Optional<Recovery> recovery =
        recovered(site, secret -> session.commitment(secret, site).equals(commitment));
    if (recovery.isEmpty()) {
      return lost(site, "its own mask");
    }
    Secret secret = recovery.get().secret();
    Mask mask = session.ownMask(secret, site);
    secret.erase();
    return new Found(List.of(mask), recovery.get().wrong(), Optional.empty());
  }

  private Found dropped(int site) {
    IndexSet others = cohort.holders(site).and(inputs.survivors());
    Optional<Recovery> recovery = recovered(site, secret -> isRootOf(site, secret));
    if (recovery.isEmpty()) {
      return lost(site, "the masks it shares with others");
    }
    MaskKeys keys = MaskKeys.of(session.suite(), recovery.get().secret());
    Mask[] masks = new Mask[others.size()];
    int[] indices = others.toArray();
    cohort
        .setup()
        .lanes()
        .each(
            indices.length,
            i ->
                masks[i] =
                    session
                        .pairMask(keys, site, indices[i], received(indices[i], site))
                        .map(Mask::opposite)
                        .orElse(null));
    keys.erase();
    if (Arrays.stream(masks).anyMatch(mask -> mask == null)) {
      return lost(site, "the masks it shares with others");
    }
    return new Found(List.of(masks), recovery.get().wrong(), Optional.empty());
  }

  private boolean isRootOf(int site, Secret secret) {
    Secret copy = Secret.owning(secret.bytes().clone());
    MaskKeys keys = MaskKeys.of(session.suite(), copy);
    boolean right = keys.publicKey().equals(session.keys(site).maskKey());
    keys.erase();
    return right;
  }

  /** In hybrid suites, the ciphertext for masks that a lower site sent to a higher one. */
  private Bytes received(int from, int to) {
    KeyShares.Sealed sent = Sharing.sent(inputs.shares().of(from).orElseThrow(), to);
    return session.maskCiphertext(from, to, sent.kem());
  }

  private Optional<Recovery> recovered(int site, Predicate<Secret> right) {
    List<Share> all = new ArrayList<>();
    for (int holder : cohort.holders(site).toArray()) {
      shares
          .of(holder)
          .map(sent -> new Share(holder, share(holder, sent, site)))
          .ifPresent(all::add);
    }
    return Recovery.of(all, session.threshold(), right);
  }

  private Bytes share(int holder, UnmaskShares sent, int site) {
    return sent.shares().get(Arrays.binarySearch(held[holder], site)).value();
  }

  private Found lost(int site, String what) {
    return Found.lost(
        Text.format(
            "too few true shares of %s came to find %s; try again with fresh keys",
            session.node(site), what));
  }

  /** Some mask cannot be found, so nothing of the sum is known. */
  static final class Lost extends Exception {
    private static final long serialVersionUID = 1L;

    Lost(String why) {
      super(why);
    }
  }
}
