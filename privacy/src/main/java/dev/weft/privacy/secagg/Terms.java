package dev.weft.privacy.secagg;

import dev.weft.core.Digest;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.FieldReader;
import dev.weft.privacy.keys.FieldWriter;
import dev.weft.privacy.secagg.graph.Adversary;
import dev.weft.privacy.secagg.graph.Neighbours;
import dev.weft.privacy.secagg.graph.Plan;
import dev.weft.privacy.secagg.graph.Threat;
import java.util.HexFormat;

/**
 * What everyone in a session has agreed to. Its digest goes into every signature, through the
 * context of the session.
 *
 * @param suite its name
 * @param minSurvivors the smallest number of sites whose sum may become known
 * @param smallCohort whether that number may be below {@value #LEAST_SURVIVORS}, which reports are
 *     to say
 * @param bits m: of every integer, as {@code UpdateEncoding} says
 * @param values d: integers of a vector, weights included
 * @param encoding of what else gives the integers their meaning: scale, range, weights, method
 */
public record Terms(
    String suite,
    Threat threat,
    Neighbours neighbours,
    int minSurvivors,
    boolean smallCohort,
    int bits,
    int values,
    Digest encoding) {
  private static final String CONTEXT = "secagg/v1/terms";
  private static final int MOST_SUITE_BYTES = 64;
  private static final int MOST_BITS = 62;

  /** Below so many, a sum says much of each (privacy.md 1.13). */
  public static final int LEAST_SURVIVORS = 3;

  /** Of what a configuration says nothing about. */
  public static final int DEFAULT_SURVIVORS = 5;

  public Terms {
    requireBetween("minSurvivors", minSurvivors, 2, Plan.MOST_SITES);
    requireBetween("bits", bits, 1, MOST_BITS);
    requireBetween("values", values, 1, Integer.MAX_VALUE);
    if (minSurvivors < LEAST_SURVIVORS && !smallCohort) {
      throw new WeftException(
          Problem.INVALID_COMBINATION,
          Text.format(
              "a secure sum of %d sites shows each site the other's update; ask for at least %d"
                  + " survivors, or allow small cohorts explicitly",
              minSurvivors, LEAST_SURVIVORS));
    }
  }

  private static void requireBetween(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          Text.format("%s: must be %d to %d, got %d", name, least, most, value));
    }
  }

  /**
   * Neighbours and threshold in a cohort of so many sites.
   *
   * @throws WeftException if there are too few, or no threshold withstands the threat
   */
  public Plan plan(int sites) {
    if (sites < minSurvivors) {
      throw new WeftException(
          Problem.ROUND_FAILED,
          Text.format(
              "%d sites are in the session where a sum of at least %d may become known; ask more"
                  + " sites, or lower the minimum of survivors",
              sites, minSurvivors));
    }
    return Plan.of(sites, neighbours, threat);
  }

  /** SHA-256 over all of it. */
  public Digest digest() {
    return Digest.of(write(new FieldWriter(CONTEXT)).toArray());
  }

  /** Behind what {@code fields} holds already. */
  public FieldWriter write(FieldWriter fields) {
    return fields
        .text(suite)
        .count(threat.adversary() == Adversary.CURIOUS ? 0 : 1)
        .count(threat.colluding())
        .count(threat.dropouts())
        .count(number(neighbours))
        .count(minSurvivors)
        .count(smallCohort ? 1 : 0)
        .count(bits)
        .count(values)
        .fixed(HexFormat.of().parseHex(encoding.hex()));
  }

  public static Terms read(FieldReader fields) {
    return new Terms(
        fields.text(MOST_SUITE_BYTES),
        new Threat(
            fields.integer(0, 1) == 0 ? Adversary.CURIOUS : Adversary.SEMI_MALICIOUS,
            fields.integer(0, Threat.WHOLE),
            fields.integer(0, Threat.WHOLE)),
        neighbours(fields.integer(0, Plan.MOST_SITES)),
        fields.integer(0, Plan.MOST_SITES),
        fields.integer(0, 1) == 1,
        fields.integer(0, MOST_BITS),
        fields.integer(0, Integer.MAX_VALUE),
        new Digest(HexFormat.of().formatHex(fields.fixed(Sha256.BYTES).toArray())));
  }

  private static int number(Neighbours neighbours) {
    if (neighbours instanceof Neighbours.Exactly exactly) {
      return exactly.number();
    }
    return neighbours instanceof Neighbours.Full ? 1 : 0;
  }

  private static Neighbours neighbours(int number) {
    return switch (number) {
      case 0 -> new Neighbours.Automatic();
      case 1 -> new Neighbours.Full();
      default -> new Neighbours.Exactly(number);
    };
  }
}
