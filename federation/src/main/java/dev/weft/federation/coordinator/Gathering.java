package dev.weft.federation.coordinator;

import dev.weft.coordinator.sites.Lobby.Readiness;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Who is ready for a run that is about to begin. It begins when all its sites are; or, where a
 * round needs fewer, when so many have been for a while. A site that takes no part is not waited
 * for.
 */
final class Gathering {
  private final Set<String> wanted;
  private final int needed;
  private final Duration grace;
  private final Consumer<String> news;
  private final SortedMap<String, Integer> ready = new TreeMap<>();
  private final SortedMap<String, String> out = new TreeMap<>();
  private final Set<String> served = new TreeSet<>();
  private boolean stopped;

  /**
   * @param wanted sites of the run
   * @param needed of them for a round
   * @param grace for the others once so many are ready
   * @param news one line about who is ready, and who is not
   */
  Gathering(Set<String> wanted, int needed, Duration grace, Consumer<String> news) {
    this.wanted = Set.copyOf(wanted);
    this.needed = needed;
    this.grace = grace;
    this.news = news;
  }

  /** Called by whoever hears of it. */
  synchronized void hear(Readiness said) {
    if (said instanceof Readiness.CanTrain can) {
      out.remove(can.site());
      if (ready.put(can.site(), Math.toIntExact(can.examples())) == null) {
        news.accept(
            Text.format(
                "%s is ready with %d examples (%d of %d sites)",
                can.site(), can.examples(), ready.size(), wanted.size()));
      }
    } else if (said instanceof Readiness.CanNot not) {
      ready.remove(not.site());
      out.put(not.site(), not.sentence());
      news.accept(Text.format("%s takes no part: %s (%s)", not.site(), not.sentence(), not.code()));
    }
    if (said instanceof Readiness.HasResults has) {
      served.add(has.site());
    }
    notifyAll();
  }

  /** Waits a while until these sites have the results. */
  synchronized void awaitServed(Set<String> sites, Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!served.containsAll(sites)) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        Set<String> missing = new TreeSet<>(sites);
        missing.removeAll(served);
        news.accept(Text.format("%s did not fetch the results", String.join(", ", missing)));
        return;
      }
      wait(left);
    }
  }

  /** Ends the wait. */
  synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  /**
   * Waits until the run can begin.
   *
   * @return its sites with their examples, by name; empty if the wait was stopped
   * @throws WeftException if so many take no part that it never can
   */
  synchronized SortedMap<String, Integer> await() throws InterruptedException {
    long deadline = Long.MAX_VALUE;
    while (!stopped) {
      int possible = wanted.size() - out.size();
      if (possible < needed) {
        throw new WeftException(
            Problem.ROUND_FAILED,
            Text.format(
                "%d of %d sites take no part, and %d are needed (round.min-clients): %s",
                out.size(), wanted.size(), needed, reasons(out)));
      }
      if (ready.size() >= possible) {
        return new TreeMap<>(ready);
      }
      long now = System.nanoTime();
      if (ready.size() >= needed) {
        deadline = deadline == Long.MAX_VALUE ? now + grace.toNanos() : deadline;
        if (now - deadline >= 0) {
          return new TreeMap<>(ready);
        }
        wait(Math.max(1, (deadline - now) / 1_000_000));
      } else {
        deadline = Long.MAX_VALUE;
        wait();
      }
    }
    return new TreeMap<>();
  }

  private static String reasons(Map<String, String> out) {
    StringBuilder text = new StringBuilder();
    out.forEach(
        (site, sentence) ->
            text.append(text.isEmpty() ? "" : "; ").append(site).append(": ").append(sentence));
    return text.toString();
  }
}
