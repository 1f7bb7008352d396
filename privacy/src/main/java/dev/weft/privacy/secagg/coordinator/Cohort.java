package dev.weft.privacy.secagg.coordinator;

import dev.weft.core.Text;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.Verifier;
import dev.weft.privacy.secagg.graph.IndexSet;
import dev.weft.privacy.secagg.message.SiteMessage;
import dev.weft.privacy.secagg.session.Session;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** The sites of a session as the coordinator sees them. */
final class Cohort {
  private final CoordinatorSetup setup;
  private final Session session;
  private final List<Verifier> verifiers;
  private final Map<NodeId, Integer> indices = new HashMap<>();
  private final IndexSet[] holders;

  /**
   * @param verifiers of all sites, in their order
   */
  Cohort(CoordinatorSetup setup, Session session, List<Verifier> verifiers) {
    this.setup = setup;
    this.session = session;
    this.verifiers = List.copyOf(verifiers);
    this.holders = new IndexSet[size() + 1];
    for (int index = 1; index <= size(); index++) {
      indices.put(session.node(index), index);
      holders[index] = session.graph().holders(index);
    }
  }

  CoordinatorSetup setup() {
    return setup;
  }

  Session session() {
    return session;
  }

  int size() {
    return verifiers.size();
  }

  Verifier verifier(int index) {
    return verifiers.get(index - 1);
  }

  /** All who hold shares of a site's secrets, itself among them. */
  IndexSet holders(int index) {
    return holders[index];
  }

  /** The index of a site, if it is one of these. */
  int index(NodeId node, IndexSet among) {
    int index = indices.getOrDefault(node, 0);
    return among.contains(index) ? index : 0;
  }

  /** Why too few of some sites are left for a sum of them, if that is so. */
  Optional<String> lacking(IndexSet left, IndexSet secrets, String what) {
    return left.size() >= session.terms().minSurvivors()
        ? withoutShares(left, secrets, what)
        : Optional.of(
            Text.format(
                "%d sites %s where a sum of at least %d may become known",
                left.size(), what, session.terms().minSurvivors()));
  }

  /** Why too few of some sites are left for the secrets of others, if that is so. */
  Optional<String> withoutShares(IndexSet left, IndexSet secrets, String what) {
    return secrets.stream()
        .filter(index -> holders(index).common(left) < session.threshold())
        .mapToObj(
            index ->
                Text.format(
                    "%d of %s and its neighbours %s where %d are needed",
                    holders(index).common(left), session.node(index), what, session.threshold()))
        .findFirst();
  }

  /**
   * What comes of a message in a state that waits for one of a kind from each of some sites.
   *
   * @param take what a message comes to, by the index of its sender
   */
  <M extends SiteMessage> CoordinatorStep expecting(
      Class<M> kind,
      IndexSet among,
      CoordinatorState state,
      Heard heard,
      NodeId from,
      SiteMessage message,
      BiFunction<Integer, M, CoordinatorStep> take) {
    return heard
        .step(state, from, message)
        .orElseGet(
            () -> {
              int index = index(from, among);
              return index > 0 && kind.isInstance(message)
                  ? take.apply(index, kind.cast(message))
                  : unexpected(state, from, message);
            });
  }

  /** What a message without effect comes to: it is not of those who are waited for, or too late. */
  static CoordinatorStep unexpected(CoordinatorState state, NodeId from, SiteMessage message) {
    return CoordinatorStep.refused(
        state,
        Text.format("a %s of %s is not expected now", message.getClass().getSimpleName(), from));
  }

  static IndexSet senders(Inbox<?> inbox) {
    return IndexSet.of(IntStream.of(inbox.senders()));
  }
}
