package dev.weft.privacy.secagg.play;

import dev.weft.core.error.WeftException;
import dev.weft.core.update.RingVector;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.coordinator.Collecting;
import dev.weft.privacy.secagg.coordinator.CoordinatorState;
import dev.weft.privacy.secagg.coordinator.CoordinatorStep;
import dev.weft.privacy.secagg.coordinator.Failed;
import dev.weft.privacy.secagg.coordinator.Inviting;
import dev.weft.privacy.secagg.coordinator.Unmasked;
import dev.weft.privacy.secagg.message.CoordinatorMessage;
import dev.weft.privacy.secagg.message.MaskedInput;
import dev.weft.privacy.secagg.message.Offer;
import dev.weft.privacy.secagg.message.Roster;
import dev.weft.privacy.secagg.message.SiteMessage;
import dev.weft.privacy.secagg.message.UnmaskShares;
import dev.weft.privacy.secagg.site.Ended;
import dev.weft.privacy.secagg.site.Joining;
import dev.weft.privacy.secagg.site.Ready;
import dev.weft.privacy.secagg.site.SiteState;
import dev.weft.privacy.secagg.site.SiteStep;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * One session from offer to end, all messages as bytes over a line that may do anything to them.
 */
public final class Play {
  /** Sites and coordinator speak about so often per site in a session, whatever the line does. */
  private static final int MOST_MESSAGES_PER_SITE = 200;

  private final Cast cast;
  private final Line line;
  private final List<Runnable> underWay = new ArrayList<>();
  private CoordinatorState coordinator;
  private int threshold = Integer.MAX_VALUE;

  public final Map<NodeId, SiteState> sites = new TreeMap<>(Comparator.comparing(NodeId::value));
  public final Map<NodeId, RingVector> sent = new HashMap<>();
  public final List<UnmaskShares> revealed = new ArrayList<>();
  public final List<CoordinatorStep.Verdict.Refused> refusals = new ArrayList<>();

  /** How many messages could not be read where they arrived. */
  public int unreadable;

  /** How many verdicts said that a message had its effect before. */
  public int repeated;

  private final BiFunction<NodeId, RingVector, RingVector> uploads;

  private Play(
      Cast cast, Line line, int attempt, BiFunction<NodeId, RingVector, RingVector> uploads) {
    this.cast = cast;
    this.line = line;
    this.uploads = uploads;
    CoordinatorStep opened =
        Inviting.open(cast.coordinatorSetup(), cast.context(attempt), cast.terms, cast.sites());
    this.coordinator = opened.next();
    send(opened.out());
  }

  public static Play of(Cast cast, Line line) {
    return of(cast, line, 0);
  }

  public static Play of(Cast cast, Line line, int attempt) {
    return of(cast, line, attempt, (site, vector) -> vector);
  }

  /**
   * @param uploads what becomes of vectors on their way
   */
  public static Play of(
      Cast cast, Line line, int attempt, BiFunction<NodeId, RingVector, RingVector> uploads) {
    Play play = new Play(cast, line, attempt, uploads);
    play.run();
    return play;
  }

  public CoordinatorState coordinator() {
    return coordinator;
  }

  /** The sum, if there is one. */
  public Optional<RingVector> sum() {
    return coordinator instanceof Unmasked unmasked
        ? Optional.of(unmasked.takeSum())
        : Optional.empty();
  }

  /** Shares that give a secret; more than any number as long as there is no roster. */
  public int threshold() {
    return threshold;
  }

  /** Why there is none. */
  public String failure() {
    return coordinator instanceof Failed failed ? failed.reason() : "there is a sum";
  }

  /** Why a site has left the session. */
  public Ended ended(NodeId site) {
    return (Ended) sites.get(site);
  }

  private void run() {
    int left = MOST_MESSAGES_PER_SITE * cast.sites().size();
    while (!isOver()) {
      if (underWay.isEmpty() || line.deadline()) {
        apply(coordinator.close());
      } else {
        underWay.remove(line.next(underWay.size())).run();
      }
      if (left-- == 0) {
        throw new IllegalStateException("the session goes on and on in " + coordinator);
      }
    }
    // What is still under way arrives too late.
    for (int i = 0; i < underWay.size() && left-- > 0; i++) {
      underWay.get(i).run();
    }
  }

  private boolean isOver() {
    return coordinator instanceof Failed || coordinator instanceof Unmasked;
  }

  private void send(List<CoordinatorStep.Delivery> out) {
    for (CoordinatorStep.Delivery delivery : out) {
      if (delivery.message() instanceof Roster roster) {
        threshold = roster.threshold();
      }
      for (byte[] bytes : line.toSite(delivery.to(), delivery.message())) {
        underWay.add(() -> arriveAt(delivery.to(), bytes));
      }
    }
  }

  private void arriveAt(NodeId site, byte[] bytes) {
    CoordinatorMessage message;
    try {
      message = CoordinatorMessage.decode(bytes);
    } catch (WeftException e) {
      unreadable++;
      return;
    }
    SiteState state = sites.get(site);
    if (state == null) {
      if (message instanceof Offer offer) {
        SiteStep step = Joining.join(offer, cast.siteSetup(site), Optional.empty(), cast.secrets());
        apply(site, step);
      }
      return;
    }
    apply(site, state.on(message));
  }

  private void apply(NodeId site, SiteStep step) {
    sites.put(site, step.next());
    step.reply().ifPresent(reply -> reply(site, reply));
    if (step.next() instanceof Ready ready) {
      Ready.Sealed masked = ready.mask(cast.vectors.get(site));
      sites.put(site, masked.next());
      sent.put(site, uploads.apply(site, masked.vector()));
      reply(site, masked.message());
    }
  }

  private void reply(NodeId site, SiteMessage message) {
    if (message instanceof UnmaskShares shares) {
      revealed.add(shares);
    }
    for (byte[] bytes : line.toCoordinator(site, message)) {
      underWay.add(() -> arrive(site, bytes));
    }
  }

  private void arrive(NodeId from, byte[] bytes) {
    SiteMessage message;
    try {
      message = SiteMessage.decode(bytes);
    } catch (WeftException e) {
      unreadable++;
      return;
    }
    apply(
        message instanceof MaskedInput input && coordinator instanceof Collecting
            ? coordinator.upload(from, input, sent.get(from))
            : coordinator.on(from, message));
  }

  private void apply(CoordinatorStep step) {
    coordinator = step.next();
    if (step.verdict() instanceof CoordinatorStep.Verdict.Refused refused) {
      refusals.add(refused);
    }
    if (step.verdict() instanceof CoordinatorStep.Verdict.Repeated) {
      repeated++;
    }
    send(step.out());
  }
}
