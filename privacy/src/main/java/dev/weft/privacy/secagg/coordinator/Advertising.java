package dev.weft.privacy.secagg.coordinator;

import dev.weft.core.Text;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.Verifier;
import dev.weft.privacy.secagg.coordinator.CoordinatorStep.Delivery;
import dev.weft.privacy.secagg.graph.Plan;
import dev.weft.privacy.secagg.message.Advertisement;
import dev.weft.privacy.secagg.message.Offer;
import dev.weft.privacy.secagg.message.Roster;
import dev.weft.privacy.secagg.message.SiteMessage;
import dev.weft.privacy.secagg.session.KeyCheck;
import dev.weft.privacy.secagg.session.Session;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The session is offered; sites advertise their keys. */
public final class Advertising implements CoordinatorState {
  private final CoordinatorSetup setup;
  private final Offer offer;
  private final List<NodeId> invited;

  /** By a site's place among the invited. */
  private final Inbox<Roster.Entry> entries;

  private final Heard heard;

  Advertising(
      CoordinatorSetup setup,
      Offer offer,
      List<NodeId> invited,
      Inbox<Roster.Entry> entries,
      Heard heard) {
    this.setup = setup;
    this.offer = offer;
    this.invited = invited;
    this.entries = entries;
    this.heard = heard;
  }

  @Override
  public CoordinatorStep on(NodeId from, SiteMessage message) {
    return heard
        .step(this, from, message)
        .orElseGet(
            () ->
                message instanceof Advertisement keys
                    ? take(from, keys)
                    : CoordinatorStep.refused(this, "nothing but keys is expected now"));
  }

  private CoordinatorStep take(NodeId from, Advertisement keys) {
    Optional<Verifier> member = setup.members().key(from);
    Optional<String> objection = objection(from, keys, member);
    if (objection.isPresent()) {
      return CoordinatorStep.refused(
          this, Text.format("%s is not in the session: %s", from, objection.get()));
    }
    Roster.Entry entry = new Roster.Entry(member.orElseThrow().key(), keys);
    Advertising next =
        new Advertising(
            setup,
            offer,
            invited,
            entries.with(invited.indexOf(from), entry),
            heard.and(from, keys));
    return next.entries.size() == invited.size() ? next.close() : CoordinatorStep.to(next);
  }

  private Optional<String> objection(NodeId from, Advertisement keys, Optional<Verifier> member) {
    if (member.isEmpty()) {
      return Optional.of("it is no member");
    }
    if (!keys.node().equals(from)) {
      return Optional.of(Text.format("it speaks for %s", keys.node()));
    }
    if (!keys.context().equals(offer.context().digest())) {
      return Optional.of("its keys are for another session");
    }
    if (!keys.isBy(member.get())) {
      return Optional.of("it has not signed its keys");
    }
    if (!KeyCheck.canBeAgreedWith(setup.suite(), keys)) {
      return Optional.of("its keys are none");
    }
    if (isUsed(keys)) {
      return Optional.of("one of its keys was used before");
    }
    return Optional.empty();
  }

  private boolean isUsed(Advertisement keys) {
    Set<Bytes> seen = new HashSet<>();
    for (int place : entries.senders()) {
      Advertisement other = entries.of(place).orElseThrow().advertisement();
      seen.addAll(List.of(other.shareKey(), other.maskKey(), other.kemKeys()));
    }
    boolean hybrid = setup.suite().kem().isPresent();
    return setup.used().test(keys.shareKey())
        || setup.used().test(keys.maskKey())
        || (hybrid && setup.used().test(keys.kemKeys()))
        || seen.contains(keys.shareKey())
        || seen.contains(keys.maskKey())
        || (hybrid && seen.contains(keys.kemKeys()))
        || keys.shareKey().equals(keys.maskKey());
  }

  @Override
  public CoordinatorStep close() {
    List<Roster.Entry> all = new ArrayList<>();
    List<Verifier> verifiers = new ArrayList<>();
    for (int place : entries.senders()) {
      all.add(entries.of(place).orElseThrow());
      verifiers.add(setup.members().key(invited.get(place)).orElseThrow());
    }
    Plan plan;
    try {
      plan = offer.terms().plan(all.size());
    } catch (WeftException e) {
      return CoordinatorStep.to(new Failed(e.getMessage()));
    }
    Roster roster = new Roster(offer.context().digest(), plan.neighbours(), plan.threshold(), all);
    Cohort cohort = new Cohort(setup, Session.of(setup.suite(), offer.terms(), roster), verifiers);
    return CoordinatorStep.to(
        new Sharing(cohort, Inbox.upTo(cohort.size()), heard),
        all.stream().map(entry -> new Delivery(entry.advertisement().node(), roster)).toList());
  }
}
