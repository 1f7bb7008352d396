package dev.weft.privacy.keys;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import java.util.Optional;

/**
 * What is known of one session with one node: whose messages it takes, and how far it is. A value:
 * each accepted message gives the next guard.
 *
 * @param federation and {@code node} and {@code session}: what every message must name
 * @param key the node's
 * @param last the number of the last accepted message, 0 before the first
 * @param accepted the digest of that message
 */
public record ReplayGuard(
    FederationId federation,
    NodeId node,
    VerifyingKey key,
    SessionId session,
    long last,
    Optional<Digest> accepted) {

  /** Why a message is not taken. */
  public enum Reason {
    /** Not signed by the node's key. */
    WRONG_SIGNATURE,
    /** Signed for another federation. */
    WRONG_FEDERATION,
    /** Signed in the name of another node. */
    WRONG_NODE,
    /** Of another session: an old one, or someone else's. */
    ANOTHER_SESSION,
    /** Its number is lower than the last one's. */
    STALE,
    /** Its number is the last one's, and it is another message. */
    REPLAYED
  }

  /** What becomes of a message. */
  public sealed interface Verdict {
    /** It is new and the node's; the guard goes on as {@code next}. */
    record Accepted(ReplayGuard next) implements Verdict {}

    /** It is the last accepted message once more; it gets the same answer and no second effect. */
    record Repeated() implements Verdict {}

    /** It is refused, and nothing has changed. */
    record Refused(Reason reason, String sentence) implements Verdict {}
  }

  /** Before the first message of a session. */
  public static ReplayGuard begin(
      FederationId federation, NodeId node, VerifyingKey key, SessionId session) {
    return new ReplayGuard(federation, node, key, session, 0, Optional.empty());
  }

  /** Judges a message; its signature first, since until then nothing of it is known. */
  public Verdict judge(SignedEnvelope message) {
    Envelope said = message.claimed();
    if (!message.isBy(key)) {
      return refused(Reason.WRONG_SIGNATURE, "is not signed by its key");
    }
    if (!said.federation().equals(federation)) {
      return refused(Reason.WRONG_FEDERATION, "is for federation " + said.federation());
    }
    if (!said.node().equals(node)) {
      return refused(Reason.WRONG_NODE, "speaks for node " + said.node());
    }
    if (!said.session().equals(session)) {
      return refused(Reason.ANOTHER_SESSION, "belongs to session " + said.session());
    }
    if (said.sequence() < last) {
      return refused(
          Reason.STALE, Text.format("has number %d, and number %d is past", said.sequence(), last));
    }
    Digest digest = message.digest();
    if (said.sequence() == last) {
      return accepted.equals(Optional.of(digest))
          ? new Verdict.Repeated()
          : refused(
              Reason.REPLAYED, Text.format("has number %d like another message before it", last));
    }
    return new Verdict.Accepted(
        new ReplayGuard(federation, node, key, session, said.sequence(), Optional.of(digest)));
  }

  private Verdict refused(Reason reason, String why) {
    return new Verdict.Refused(
        reason,
        Text.format("node %s, session %s: a message %s; it is ignored", node, session, why));
  }
}
