package dev.weft.protocol.transport;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.keys.Envelope;
import dev.weft.privacy.keys.FederationId;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.keys.ReplayGuard;
import dev.weft.privacy.keys.ReplayGuard.Verdict;
import dev.weft.privacy.keys.SessionId;
import dev.weft.privacy.keys.SignedEnvelope;
import dev.weft.privacy.keys.SigningKey;
import dev.weft.privacy.keys.VerifyingKey;
import dev.weft.protocol.Correspondence;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * Letters as signed envelopes. Each side's first letter names a session that it has drawn; all
 * others name the one that follows from both, so that no letter of another stream fits into this
 * one, whoever recorded it (privacy.md 3.4). Reading and writing may be done by two threads.
 */
public final class SignedLetters implements Correspondence {
  private static final String KIND = "letter";
  private static final int SESSION_DIGITS = 32;

  private final FederationId federation;
  private final NodeId self;
  private final SigningKey key;
  private final NodeId other;
  private final VerifyingKey otherKey;
  private final SessionId drawn;
  private long written;
  private Optional<SessionId> joint = Optional.empty();
  private Optional<ReplayGuard> guard = Optional.empty();

  /**
   * @param self who writes here
   * @param other whose letters are read
   * @param random draws the session
   */
  public SignedLetters(
      FederationId federation,
      NodeId self,
      SigningKey key,
      NodeId other,
      VerifyingKey otherKey,
      SecureRandom random) {
    this.federation = federation;
    this.self = self;
    this.key = key;
    this.other = other;
    this.otherKey = otherKey;
    this.drawn = SessionId.draw(random);
  }

  @Override
  public synchronized byte[] write(byte[] payload) {
    written++;
    SessionId session = written == 1 ? drawn : joint.orElseThrow();
    return new Envelope(federation, "", 0, 0, KIND, self, session, written, Bytes.of(payload))
        .signedBy(key)
        .encode();
  }

  @Override
  public synchronized byte[] read(byte[] letter) {
    SignedEnvelope signed = SignedEnvelope.decode(letter);
    ReplayGuard expected =
        guard.orElseGet(
            () -> ReplayGuard.begin(federation, other, otherKey, signed.claimed().session()));
    Verdict verdict = expected.judge(signed);
    if (verdict instanceof Verdict.Accepted accepted) {
      requireLetter(signed.claimed());
      if (guard.isEmpty()) {
        joint = Optional.of(joint(signed.claimed().session()));
      }
      ReplayGuard next = accepted.next();
      guard =
          Optional.of(
              new ReplayGuard(
                  federation, other, otherKey, joint.orElseThrow(), next.last(), next.accepted()));
      return signed.claimed().payload().toArray();
    }
    throw new WeftException(
        Problem.MESSAGE_REFUSED,
        verdict instanceof Verdict.Refused refused
            ? refused.sentence()
            : "node " + other + ": a message came twice; the stream is closed");
  }

  /** Nothing else that the other side signs passes for a letter. */
  private void requireLetter(Envelope said) {
    if (!said.kind().equals(KIND)) {
      throw new WeftException(
          Problem.MESSAGE_REFUSED,
          Text.format("node %s: a message is no letter but of the kind %s", other, said.kind()));
    }
  }

  /** The same on both sides, whichever was drawn where. */
  private SessionId joint(SessionId theirs) {
    boolean ownFirst = drawn.hex().compareTo(theirs.hex()) < 0;
    String both = ownFirst ? drawn.hex() + theirs.hex() : theirs.hex() + drawn.hex();
    Digest digest =
        Digest.builder()
            .add("weft/v1/session")
            .add(both.getBytes(StandardCharsets.US_ASCII))
            .build();
    return new SessionId(digest.hex().substring(0, SESSION_DIGITS));
  }
}
