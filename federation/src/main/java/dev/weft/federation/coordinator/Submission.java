package dev.weft.federation.coordinator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.Text;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A run that was submitted, as its coordinator remembers it.
 *
 * @param name of the run
 * @param id of the run, which no other run has, wherever it was submitted; its name in a home that
 *     is older than such ids
 * @param number of the submission, by which runs are played in order
 * @param configuration file; once the run has begun its complete one
 * @param results folder of its results
 * @param state how far it is
 * @param outcome one sentence once it is over, empty before
 * @param sites its members with their examples, by name; none before it has begun
 */
record Submission(
    String name,
    String id,
    int number,
    Path configuration,
    Path results,
    State state,
    String outcome,
    SortedMap<String, Integer> sites) {
  /** Characters of a run's name by which people know its events. */
  private static final int READABLE = 100;

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
        name,
        newId(name),
        number,
        configuration,
        results,
        State.QUEUED,
        "",
        Collections.emptySortedMap());
  }

  /** Of a length that every journal takes. */
  private static String newId(String name) {
    return Text.format(
        "%s-%s", name.substring(0, Math.min(name.length(), READABLE)), UUID.randomUUID());
  }

  /** It has begun with these sites, under this complete configuration. */
  Submission begun(Path complete, SortedMap<String, Integer> members) {
    return new Submission(name, id, number, complete, results, State.BEGUN, "", members);
  }

  Submission over(String sentence) {
    return new Submission(name, id, number, configuration, results, State.OVER, sentence, sites);
  }

  /** It goes on although it was over. */
  Submission again() {
    return new Submission(
        name,
        id,
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
    json.put("id", id);
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
        json.path("id").asText(json.get("name").asText()),
        json.get("number").asInt(),
        Path.of(json.get("configuration").asText()),
        Path.of(json.get("results").asText()),
        State.valueOf(json.get("state").asText()),
        json.get("outcome").asText(),
        sites);
  }
}
