package dev.weft.privacy.secagg.play;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.core.Text;
import dev.weft.core.update.RingVector;
import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.coordinator.Unmasked;
import dev.weft.privacy.secagg.message.CoordinatorMessage;
import dev.weft.privacy.secagg.message.SiteMessage;
import dev.weft.privacy.secagg.site.Answered;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * One flipped bit anywhere in anything that one site says or hears: a sum that is right for those
 * in it, or none. {@code -Dweft.secagg.all-bits=true} flips every bit instead of some.
 */
class FlippedBitsTest {
  private static final int SITES = 4;

  /** One bit of so many is tried in a build. */
  private static final int EVERY = 32;

  private static final NodeId SITE = Cast.node(2);

  /** Flips one bit of the n-th message between the site and the coordinator. */
  private static final class Flip implements Line {
    private final int message;
    private final int bit;
    private final List<Integer> lengths = new ArrayList<>();

    Flip(int message, int bit) {
      this.message = message;
      this.bit = bit;
    }

    @Override
    public List<byte[]> toCoordinator(NodeId from, SiteMessage said) {
      return through(from, said.encode());
    }

    @Override
    public List<byte[]> toSite(NodeId to, CoordinatorMessage said) {
      return through(to, said.encode());
    }

    private List<byte[]> through(NodeId site, byte[] bytes) {
      if (site.equals(SITE)) {
        if (lengths.size() == message) {
          bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
        lengths.add(bytes.length);
      }
      return List.of(bytes);
    }
  }

  @Test
  void neverMakeAWrongSum() {
    Flip none = new Flip(-1, 0);
    assertThat(play(none)).isTrue();
    assertThat(none.lengths).hasSize(10);
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    boolean all = Boolean.getBoolean("weft.secagg.all-bits");
    int without = 0;
    for (int message = 0; message < none.lengths.size(); message++) {
      for (int at = 0; at < none.lengths.get(message); at++) {
        for (int bit = 0; bit < 8; bit++) {
          if (all || random.nextInt(EVERY) == 0) {
            assertThat(play(new Flip(message, 8 * at + bit)))
                .as(
                    Text.format(
                        "seed %d: message %d, byte %d, bit %d has an effect",
                        seed, message, at, bit))
                .isFalse();
            without++;
          }
        }
      }
    }
    assertThat(without).isGreaterThan(500);
  }

  /** Whether everyone lasted; if there is a sum, it is checked. */
  private static boolean play(Flip line) {
    Cast cast = Cast.of(Cast.CHEAP, Cast.terms(Cast.CHEAP, 3, 33, 3), SITES, 5);
    Play play = Play.of(cast, line);
    Both.neverSent(play);
    Optional<Unmasked> unmasked =
        play.coordinator() instanceof Unmasked one ? Optional.of(one) : Optional.empty();
    if (unmasked.isPresent()) {
      RingVector expected = cast.sum(unmasked.get().survivors());
      assertThat(play.sum()).contains(expected);
    }
    return play.refusals.isEmpty()
        && play.unreadable == 0
        && play.sites.values().stream().filter(site -> site instanceof Answered).count() == SITES;
  }
}
