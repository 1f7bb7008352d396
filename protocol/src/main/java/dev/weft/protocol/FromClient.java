package dev.weft.protocol;

/**
 * A reply and who gave it. The name is that of the session that it came over; the reply itself
 * claims none.
 *
 * @param client name of the site
 */
public record FromClient(String client, ClientReply reply) {

  public RoundId id() {
    return reply.id();
  }
}
