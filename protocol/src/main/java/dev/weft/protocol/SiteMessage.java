package dev.weft.protocol;

/** What a site says over its stream to the coordinator. */
public sealed interface SiteMessage {

  /**
   * The first word.
   *
   * @param versions of the protocol that the site speaks
   * @param software name and version, for people
   */
  record Hello(ProtocolVersions versions, String software) implements SiteMessage {}

  /**
   * The site has the model and the data of a run.
   *
   * @param examples that it trains on
   */
  record Ready(String run, long examples) implements SiteMessage {}

  /**
   * The site takes no part in a run.
   *
   * @param code of the {@link dev.weft.core.error.Problem}
   * @param sentence without the code
   */
  record NotReady(String run, String code, String sentence) implements SiteMessage {}

  /** An answer to a round. */
  record Reply(ClientReply reply) implements SiteMessage {}

  /** The site has what a run left for it. */
  record Kept(String run) implements SiteMessage {}

  /** The site ends in good order. */
  record Leaving(String reason) implements SiteMessage {}
}
