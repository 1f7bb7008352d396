package dev.weft.federation.coordinator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A run that was submitted, as its coordinator remembers it.
 *
 * @param name of the run
 * @param number of the submission, by which runs are played in order
 * @param configuration file; once the run has begun its complete one
 * @param results folder of its results
 * @param state how far it is
 * @param outcome one sentence once it is over, empty before
 * @param sites its members with their examples, by name; none before it has begun
 */
record Submission(
    String name,
    int number,
    Path configuration,
    Path results,
    State state,
    String outcome,
    SortedMap<String, Integer> sites) {

  enum State {
    QUEUED,
    BEGUN,
    OVER
  }

  Submission {
    sites = Collections.unmodifiableSortedMap(new TreeMap<>(sites));
  }

  static Submission queued(String name, int number, Path configuration, Path results) {
    return new Submission(
        name, number, configuration, results, State.QUEUED, "", Collections.emptySortedMap());
  }

  /** It has begun with these sites, under this complete configuration. */
  Submission begun(Path complete, SortedMap<String, Integer> members) {
    return new Submission(name, number, complete, results, State.BEGUN, "", members);
  }

  Submission over(String sentence) {
    return new Submission(name, number, configuration, results, State.OVER, sentence, sites);
  }

  /** It goes on although it was over. */
  Submission again() {
    return new Submission(
        name,
        number,
        configuration,
        results,
        sites.isEmpty() ? State.QUEUED : State.BEGUN,
        "",
        sites);
  }

  JsonNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", name);
    json.put("number", number);
    json.put("configuration", configuration.toString());
    json.put("results", results.toString());
    json.put("state", state.name());
    json.put("outcome", outcome);
    ObjectNode members = json.putObject("sites");
    sites.forEach(members::put);
    return json;
  }

  static Submission of(JsonNode json) {
    SortedMap<String, Integer> sites = new TreeMap<>();
    json.get("sites")
        .properties()
        .forEach(site -> sites.put(site.getKey(), site.getValue().asInt()));
    return new Submission(
        json.get("name").asText(),
        json.get("number").asInt(),
        Path.of(json.get("configuration").asText()),
        Path.of(json.get("results").asText()),
        State.valueOf(json.get("state").asText()),
        json.get("outcome").asText(),
        sites);
  }
}
