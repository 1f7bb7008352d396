package dev.weft.aggregation.sum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.aggregation.Cohort;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.Aggregator.Accumulator;
import dev.weft.core.method.Contribution;
import dev.weft.core.update.ClientUpdate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProductMeanTest {

  @Test
  void contributionsAreTheClientsAdaptersByNameWithSharesThatSumToOne() {
    Cohort cohort = Cohort.of("flora", 31, 3, 1, 2);
    List<ClientUpdate> backwards = new ArrayList<>(cohort.updates());
    Collections.reverse(backwards);
    Accumulator sum =
        cohort
            .method()
            .aggregator()
            .start(cohort.reference(), cohort.method().codec(), cohort.seed());
    backwards.forEach(sum::add);
    Aggregate aggregate = sum.finish();

    assertThat(aggregate.contributions())
        .extracting(Contribution::client)
        .containsExactly("site-a", "site-b", "site-c");
    assertThat(aggregate.contributions().stream().mapToDouble(Contribution::weight).sum())
        .isCloseTo(1, within(1e-15));
    for (int i = 0; i < 3; i++) {
      Cohort.Client client = cohort.clients().get(i);
      Contribution contribution = aggregate.contributions().get(i);
      assertThat(contribution.weight()).isEqualTo(cohort.share(client));
      client
          .local()
          .tensors()
          .asMap()
          .forEach(
              (name, tensor) ->
                  assertThat(contribution.adapter().tensors().get(name).toArray())
                      .containsExactly(tensor.toArray(), within(1e-6f)));
    }
  }

  @Test
  void meansAreThoseOfTheWeightedMean() {
    Cohort cohort = Cohort.of("flora", 32, 3, 1, 2);
    Accumulator products =
        new ProductMean().start(cohort.reference(), cohort.method().codec(), cohort.seed());
    Accumulator means =
        new WeightedMean().start(cohort.reference(), cohort.method().codec(), cohort.seed());
    cohort.updates().forEach(products::add);
    cohort.updates().forEach(means::add);
    assertThat(products.finish().mean()).isEqualTo(means.finish().mean());
    assertThat(means.finish().contributions()).isEmpty();
  }
}
