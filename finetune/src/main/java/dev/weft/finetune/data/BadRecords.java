package dev.weft.finetune.data;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Counts a source's bad records, up to what a site lets pass; where none may be, throws at once.
 */
final class BadRecords implements Consumer<WeftException> {
  private final String source;
  private final double most;
  private Optional<WeftException> first = Optional.empty();
  private int count;

  /**
   * @param most of a source's records, in percent
   */
  BadRecords(String source, double most) {
    this.source = source;
    this.most = most;
  }

  @Override
  public void accept(WeftException complaint) {
    add(complaint, 1);
  }

  void add(WeftException complaint, int records) {
    if (most == 0) {
      throw complaint;
    }
    first = first.or(() -> Optional.of(complaint));
    count += records;
  }

  int count() {
    return count;
  }

  /**
   * @param usable records of the source that are not bad
   * @throws WeftException if more are bad than may be
   */
  void require(int usable) {
    int all = usable + count;
    if (count * 100.0 > most * all) {
      throw new WeftException(
          Problem.BAD_DATA,
          Text.format(
              "%s: %d of %d records are bad, more than %s %% (client.policy.most-bad-records); the"
                  + " first: %s",
              source, count, all, most, first.orElseThrow().getMessage()));
    }
  }
}
