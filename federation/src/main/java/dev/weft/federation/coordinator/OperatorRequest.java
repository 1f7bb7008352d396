package dev.weft.federation.coordinator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.nio.file.Path;
import java.time.Duration;

/** What an operator asks of a coordinator that is up. */
public sealed interface OperatorRequest {

  /** Invites a site; the answer's last line is the token. */
  record Invite(String site, Duration life) implements OperatorRequest {}

  /**
   * Admits the site whose request to join was brought as a file; the answer is the file for it.
   *
   * @param request in PEM
   */
  record Approve(String request) implements OperatorRequest {}

  /** Shuts a site out. */
  record Revoke(String site) implements OperatorRequest {}

  /** Who has joined, and who is here. */
  record Sites() implements OperatorRequest {}

  /** Queues the run of a configuration file. */
  record Submit(Path file) implements OperatorRequest {}

  /** All runs. */
  record Runs() implements OperatorRequest {}

  /** The committed rounds of a run. */
  record Rounds(String run) implements OperatorRequest {}

  /** Ends a run; what is committed stays. */
  record Stop(String run) implements OperatorRequest {}

  /** Goes on with a run that was stopped or has failed. */
  record Resume(String run) implements OperatorRequest {}

  private static ObjectNode named(String command) {
    return JsonNodeFactory.instance.objectNode().put("command", command);
  }

  /** As it goes over the line. */
  default JsonNode json() {
    if (this instanceof Invite invite) {
      return named("invite").put("site", invite.site()).put("seconds", invite.life().toSeconds());
    }
    if (this instanceof Approve approve) {
      return named("approve").put("request", approve.request());
    }
    if (this instanceof Revoke revoke) {
      return named("revoke").put("site", revoke.site());
    }
    if (this instanceof Submit submit) {
      return named("submit").put("file", submit.file().toAbsolutePath().toString());
    }
    if (this instanceof Rounds rounds) {
      return named("rounds").put("run", rounds.run());
    }
    if (this instanceof Stop stop) {
      return named("stop").put("run", stop.run());
    }
    if (this instanceof Resume resume) {
      return named("resume").put("run", resume.run());
    }
    return named(this instanceof Sites ? "sites" : "runs");
  }

  /**
   * Inverse of {@link #json}.
   *
   * @throws WeftException if it is no request
   */
  static OperatorRequest of(JsonNode json) {
    String command = json.path("command").asText();
    return switch (command) {
      case "invite" ->
          new Invite(json.path("site").asText(), Duration.ofSeconds(json.path("seconds").asLong()));
      case "approve" -> new Approve(json.path("request").asText());
      case "revoke" -> new Revoke(json.path("site").asText());
      case "submit" -> new Submit(Path.of(json.path("file").asText()));
      case "rounds" -> new Rounds(json.path("run").asText());
      case "stop" -> new Stop(json.path("run").asText());
      case "resume" -> new Resume(json.path("run").asText());
      case "sites" -> new Sites();
      case "runs" -> new Runs();
      default ->
          throw new WeftException(
              Problem.MESSAGE_REFUSED,
              Text.format("%s is no request; use weft of one version", Text.quoted(command)));
    };
  }
}
