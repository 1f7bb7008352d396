package dev.weft.privacy.secagg.site;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.privacy.keys.FederationId;
import dev.weft.privacy.secagg.Context;
import dev.weft.privacy.secagg.Terms;
import dev.weft.privacy.secagg.graph.Adversary;
import dev.weft.privacy.secagg.graph.Neighbours;
import dev.weft.privacy.secagg.graph.Threat;
import dev.weft.privacy.secagg.message.Offer;
import java.util.Optional;

/**
 * What a site agrees to: it takes part in nothing weaker and in nothing that is about other things
 * than it holds.
 *
 * @param federation its own
 * @param base digest of its model
 * @param schema digest of names, types and shapes of what it sends
 * @param encoding digest of how it encodes that
 * @param bits of every integer
 * @param values number of integers
 * @param threat what a session is to withstand at least
 * @param minSurvivors the smallest sum that it is part of
 * @param chosenNeighbours whether the coordinator may set the number of neighbours itself
 */
public record SitePolicy(
    FederationId federation,
    Digest base,
    Digest schema,
    Digest encoding,
    int bits,
    int values,
    Threat threat,
    int minSurvivors,
    boolean chosenNeighbours) {

  /** Why the site does not take part, if it does not. */
  Optional<String> objection(Offer offer) {
    Context context = offer.context();
    Terms terms = offer.terms();
    if (!context.federation().equals(federation)) {
      return Optional.of(Text.format("it is for federation %s", context.federation()));
    }
    if (!context.base().equals(base)) {
      return Optional.of("it is about another base model");
    }
    if (!context.schema().equals(schema)) {
      return Optional.of("it is about other tensors");
    }
    if (!terms.encoding().equals(encoding) || terms.bits() != bits || terms.values() != values) {
      return Optional.of(
          Text.format(
              "it sums %d integers of %d bits where this site encodes %d of %d in its own way",
              terms.values(), terms.bits(), values, bits));
    }
    if (terms.minSurvivors() < minSurvivors) {
      return Optional.of(
          Text.format(
              "it would show a sum of %d sites where this site is part of no sum below %d",
              terms.minSurvivors(), minSurvivors));
    }
    if (terms.threat().colluding() < threat.colluding()
        || (terms.threat().adversary() == Adversary.CURIOUS
            && threat.adversary() == Adversary.SEMI_MALICIOUS)) {
      return Optional.of("it withstands less than this site asks for");
    }
    if (terms.neighbours() instanceof Neighbours.Exactly && !chosenNeighbours) {
      return Optional.of("the coordinator has set the number of neighbours itself");
    }
    return Optional.empty();
  }
}
