package dev.weft.aggregation.sum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.aggregation.Cohort;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.core.method.Aggregate;
import dev.weft.core.random.Seed;
import dev.weft.core.tensor.Scratch;
import dev.weft.core.update.ClientUpdate;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.RingVector;
import dev.weft.core.update.StoredUpdates;
import dev.weft.core.update.UpdateEncoding;
import dev.weft.core.update.UpdateSum;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightedMeanTest {
  private static final ChainAdapter CORE = ChainAdapter.fullCore(3, 1).training(Part.CORE);

  @Test
  void theSumIsAllItNeeds() {
    Cohort cohort = Cohort.of("fedit", 3, 2, 1, 2);
    Aggregate aggregate =
        new WeightedMean()
            .decode(cohort.reference(), cohort.sum(), StoredUpdates.NONE, cohort.seed());
    assertThat(aggregate.mean()).isEqualTo(cohort.sum().mean());
    assertThat(aggregate.next().adapter()).isEqualTo(aggregate.mean());
    assertThat(aggregate.next().round()).isEqualTo(1);
    assertThat(aggregate.contributions()).isEmpty();
  }

  @Test
  void onlyPartsThatHaveTensorsAreToBeFetched() {
    AdapterTarget withoutHead = AdapterTarget.of(Cohort.TARGET.layers());
    Adapter adapter = Adapter.zeros(CORE, withoutHead);
    GlobalState reference =
        GlobalState.initial(
            adapter,
            Map.of(
                Part.A,
                new Origin.Zeros(),
                Part.B,
                new Origin.Zeros(),
                Part.CORE,
                new Origin.Zeros(),
                Part.HEAD,
                new Origin.Zeros()));
    UpdateEncoding encoding = new UpdateEncoding(new FixedPoint(20, 8), 9, 2);
    UpdateSum sum = new UpdateSum(reference.adapter(), encoding, Scratch.HEAP);
    long[] still = new long[2 * 3 * 3 + 1];
    still[2 * 3 * 3] = 1;
    sum.add(new ClientUpdate("a", 3, RingVector.of(encoding.bits(), still)));

    assertThat(
            new WeightedMean()
                .decode(reference, sum, StoredUpdates.NONE, new Seed(1))
                .next()
                .origins())
        .containsEntry(Part.CORE, new Origin.Fetched())
        .containsEntry(Part.A, new Origin.Zeros())
        .containsEntry(Part.HEAD, new Origin.Zeros());
  }
}
