package dev.weft.privacy.keys;

import dev.weft.core.Text;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A message with all that says where it belongs, so that it is worth nothing anywhere else
 * (privacy.md 3.4).
 *
 * @param run at most {@value #MOST_TEXT_BYTES} bytes in UTF-8; empty outside a run
 * @param round 0 outside a round
 * @param attempt of the round, from 0
 * @param kind what the payload is: {@code [a-z0-9-]{1,63}}
 * @param node who speaks
 * @param session over which it speaks
 * @param sequence its number in the session, from 1
 * @param payload at most {@value #MOST_PAYLOAD_BYTES} bytes; larger things travel by digest
 */
public record Envelope(
    FederationId federation,
    String run,
    long round,
    int attempt,
    String kind,
    NodeId node,
    SessionId session,
    long sequence,
    Bytes payload) {
  static final String CONTEXT = "weft/v1/envelope";
  static final int MOST_TEXT_BYTES = 256;

  /** Below the frame limit of gRPC, 4 MiB, with room for the rest. */
  public static final int MOST_PAYLOAD_BYTES = 1 << 20;

  private static final Pattern KIND = Pattern.compile("[a-z0-9-]{1,63}");

  public Envelope {
    if (round < 0 || attempt < 0 || sequence < 1) {
      throw new IllegalArgumentException(
          Text.format(
              "round, attempt: from 0, sequence: from 1, got %d, %d, %d",
              round, attempt, sequence));
    }
    if (run.getBytes(StandardCharsets.UTF_8).length > MOST_TEXT_BYTES) {
      throw new IllegalArgumentException(
          Text.format("run: at most %d bytes in UTF-8, got %s", MOST_TEXT_BYTES, Text.quoted(run)));
    }
    if (!KIND.matcher(kind).matches()) {
      throw new IllegalArgumentException(
          Text.format("kind: [a-z0-9-]{1,63} needed, got %s", Text.quoted(kind)));
    }
    if (payload.size() > MOST_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          Text.format("payload: at most %d bytes, got %d", MOST_PAYLOAD_BYTES, payload.size()));
    }
  }

  /** Signed by its sender. */
  public SignedEnvelope signedBy(SigningKey key) {
    return new SignedEnvelope(this, key.sign(canonical().toArray()));
  }

  /** {@code LP("weft/v1/envelope")} and the fields in their order: what is signed. */
  FieldWriter canonical() {
    return new FieldWriter(CONTEXT)
        .text(federation.value())
        .text(run)
        .number(round)
        .number(attempt)
        .text(kind)
        .text(node.value())
        .text(session.hex())
        .number(sequence)
        .bytes(payload);
  }

  static Envelope read(FieldReader fields) {
    return new Envelope(
        new FederationId(fields.text(NodeId.MOST)),
        fields.text(MOST_TEXT_BYTES),
        fields.number(),
        Math.toIntExact(fields.number()),
        fields.text(NodeId.MOST),
        new NodeId(fields.text(NodeId.MOST)),
        new SessionId(fields.text(SessionId.DIGITS)),
        fields.number(),
        Bytes.of(fields.bytes(MOST_PAYLOAD_BYTES)));
  }
}
