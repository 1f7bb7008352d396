package dev.weft.aggregation.sum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.aggregation.Cohort;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.method.Aggregate;
import dev.weft.core.method.Aggregator;
import dev.weft.core.method.Capability;
import dev.weft.core.method.Contribution;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.update.StoredUpdate;
import dev.weft.core.update.StoredUpdates;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProductMeanTest {

  @Test
  void contributionsAreTheClientsAdaptersByNameWithSharesThatSumToOne() {
    Cohort cohort = Cohort.of("flora", 31, 3, 1, 2);
    List<StoredUpdate> backwards = new ArrayList<>(cohort.stored().each());
    Collections.reverse(backwards);
    Aggregate aggregate =
        cohort
            .method()
            .aggregator()
            .decode(cohort.reference(), cohort.sum(), new StoredUpdates(backwards), cohort.seed());

    assertThat(aggregate.contributions())
        .extracting(Contribution::client)
        .containsExactly("site-a", "site-b", "site-c");
    assertThat(aggregate.contributions().stream().mapToDouble(Contribution::weight).sum())
        .isCloseTo(1, within(1e-15));
    for (int i = 0; i < 3; i++) {
      Cohort.Client client = cohort.clients().get(i);
      Contribution contribution = aggregate.contributions().get(i);
      assertThat(contribution.weight()).isEqualTo(cohort.share(client));
      for (AdapterTarget.Layer layer : Cohort.TARGET.layers()) {
        TensorMap tensors = contribution.adapter(layer).tensors();
        assertThat(tensors.names()).hasSize(2);
        tensors
            .asMap()
            .forEach(
                (name, tensor) ->
                    assertThat(tensor.toArray())
                        .containsExactly(
                            client.local().tensors().get(name).toArray(), within(1e-6f)));
      }
    }
  }

  @Test
  void meansAreThoseOfTheWeightedMean() {
    Cohort cohort = Cohort.of("flora", 32, 3, 1, 2);
    Aggregate products = decoded(cohort, new ProductMean(Capability.PRODUCT));
    Aggregate means = decoded(cohort, new WeightedMean());
    assertThat(products.mean()).isEqualTo(means.mean());
    assertThat(means.contributions()).isEmpty();
  }

  /** Whoever hands on what single clients sent says so: it can never be masked. */
  @ParameterizedTest
  @CsvSource({
    "fedit, LINEAR",
    "ffa-lora, LINEAR",
    "fed-sb, LINEAR",
    "flexlora, PRODUCT",
    "lora-fair, PRODUCT",
    "flora, PER_CLIENT",
    "fedex-lora, PER_CLIENT",
  })
  void aMethodSaysWhatItSees(String method, Capability capability) {
    assertThat(Cohort.method(method, List.of(2), Map.of()).aggregator().capability())
        .isEqualTo(capability);
  }

  private static Aggregate decoded(Cohort cohort, Aggregator aggregator) {
    return aggregator.decode(cohort.reference(), cohort.sum(), cohort.stored(), cohort.seed());
  }
}
