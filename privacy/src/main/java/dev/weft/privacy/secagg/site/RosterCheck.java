package dev.weft.privacy.secagg.site;

import dev.weft.core.Text;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.Terms;
import dev.weft.privacy.secagg.Verifier;
import dev.weft.privacy.secagg.graph.Plan;
import dev.weft.privacy.secagg.message.Advertisement;
import dev.weft.privacy.secagg.message.Roster;
import dev.weft.privacy.secagg.session.KeyCheck;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What a site asks of a roster before it trusts anyone in it with a share (privacy.md 1.4, step
 * 1a).
 */
final class RosterCheck {
  private final SiteSetup setup;
  private final Terms terms;
  private final Advertisement own;

  RosterCheck(SiteSetup setup, Terms terms, Advertisement own) {
    this.setup = setup;
    this.terms = terms;
    this.own = own;
  }

  /**
   * The verifiers of all sites, in their order.
   *
   * @throws Untrue if anything in the roster is not as it must be
   */
  List<Verifier> verifiers(Roster roster) throws Untrue {
    Plan plan = plan(roster);
    if (roster.neighbours() != plan.neighbours() || roster.threshold() != plan.threshold()) {
      throw new Untrue(
          Text.format(
              "gives each site %d neighbours and a threshold of %d where %d and %d follow from"
                  + " what was agreed",
              roster.neighbours(), roster.threshold(), plan.neighbours(), plan.threshold()));
    }
    if (roster.entries().stream().filter(entry -> entry.advertisement().equals(own)).count() != 1) {
      throw new Untrue("does not hold this site's own keys once");
    }
    requireDistinct(roster);
    return requireSigned(roster);
  }

  private Plan plan(Roster roster) throws Untrue {
    try {
      return terms.plan(roster.size());
    } catch (WeftException e) {
      throw new Untrue(Text.format("is no cohort: %s", e.getMessage()));
    }
  }

  private void requireDistinct(Roster roster) throws Untrue {
    Set<NodeId> nodes = new HashSet<>();
    Set<Bytes> keys = new HashSet<>();
    for (Roster.Entry entry : roster.entries()) {
      Advertisement one = entry.advertisement();
      if (!nodes.add(one.node())) {
        throw new Untrue(Text.format("holds site %s twice", one.node()));
      }
      boolean fresh =
          keys.add(one.shareKey())
              && keys.add(one.maskKey())
              && (setup.suite().kem().isEmpty() || keys.add(one.kemKeys()));
      if (!fresh) {
        throw new Untrue(Text.format("holds a key of site %s twice", one.node()));
      }
    }
  }

  private List<Verifier> requireSigned(Roster roster) throws Untrue {
    Verifier[] verifiers = new Verifier[roster.size()];
    AtomicReferenceArray<String> untrue = new AtomicReferenceArray<>(roster.size());
    setup
        .lanes()
        .each(
            roster.size(),
            i -> {
              Roster.Entry entry = roster.entry(i + 1);
              Optional<Verifier> key = setup.members().key(entry.advertisement().node());
              verifiers[i] = key.orElse(null);
              untrue.set(i, objection(entry, key).orElse(null));
            });
    for (int i = 0; i < untrue.length(); i++) {
      if (untrue.get(i) != null) {
        throw new Untrue(untrue.get(i));
      }
    }
    return Arrays.asList(verifiers);
  }

  private Optional<String> objection(Roster.Entry entry, Optional<Verifier> key) {
    Advertisement one = entry.advertisement();
    if (key.isEmpty()) {
      return Optional.of(Text.format("holds %s, who is no member", one.node()));
    }
    if (!key.get().key().equals(entry.signing())) {
      return Optional.of(Text.format("holds another signing key of site %s", one.node()));
    }
    if (!KeyCheck.areWellFormed(setup.suite(), one)) {
      return Optional.of(Text.format("holds keys of site %s that are none", one.node()));
    }
    return one.isBy(key.get())
        ? Optional.empty()
        : Optional.of(Text.format("holds keys that site %s has not signed", one.node()));
  }

  /** A roster that no honest coordinator sends. */
  static final class Untrue extends Exception {
    private static final long serialVersionUID = 1L;

    Untrue(String why) {
      super(why);
    }
  }
}
