package dev.weft.client.site;

import dev.weft.client.site.FaultProxy.End;
import dev.weft.client.site.FaultProxy.Weather;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;

/**
 * Bad weather by seed: what the k-th connection of a site meets follows from the seed, the site and
 * k. After some connections it is over, so that every run can end.
 */
record Storm(long seed, int connections) {

  Weather of(String site, int connection) {
    if (connection >= connections) {
      return Weather.CALM;
    }
    SeededRandom random = new Seed(seed).of(site, connection).random();
    return switch (random.nextInt(8)) {
      case 0 -> Weather.REFUSED;
      case 1 -> cut(random, End.SILENCE).silentFor(100 + random.nextInt(1500));
      case 2, 3 -> cut(random, End.CLOSE);
      case 4, 5 -> cut(random, End.RESET);
      case 6 -> cut(random, End.RESET).slow(100 + random.nextInt(1000), 1 + random.nextInt(3));
      default -> Weather.CALM.slow(2000 + random.nextInt(4000), 1 + random.nextInt(3));
    };
  }

  private static Weather cut(SeededRandom random, End how) {
    boolean up = random.nextInt(2) == 0;
    long bytes = bytes(random);
    return Weather.CALM.cutAfter(up ? bytes : Long.MAX_VALUE, up ? Long.MAX_VALUE : bytes, how);
  }

  /** As often in the handshake as in what comes after it: from one byte to 64 KiB by powers. */
  private static long bytes(SeededRandom random) {
    return Math.round(Math.pow(2, 6 + 10 * random.nextDouble()));
  }
}
