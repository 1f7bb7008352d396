package dev.weft.aggregation.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.aggregation.Cohort;
import dev.weft.aggregation.Dense;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.Part;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class FedItTest {

  @Property(tries = 50)
  void whatFactorMeansMissIsTheCovarianceOfTheFactors(@ForAll long seed) {
    Cohort cohort = Cohort.of("fedit", seed, 3, 3, 3, 3);
    Adapter mean = cohort.aggregate().next().adapter();
    List<Dense> predicted = new ArrayList<>(Dense.change(mean));
    for (int i = 0; i < predicted.size(); i++) {
      AdapterTarget.Layer layer = Cohort.TARGET.layers().get(i);
      for (Cohort.Client client : cohort.clients()) {
        Dense b = Dense.of(client.local().b(layer)).plus(-1, Dense.of(mean.b(layer)));
        Dense a = Dense.of(client.local().a(layer)).plus(-1, Dense.of(mean.a(layer)));
        double weight = cohort.share(client) * mean.form().scale();
        predicted.set(i, predicted.get(i).plus(weight, b.times(a)));
      }
    }
    assertThat(Dense.distance(predicted, Dense.ideal(cohort))).isLessThan(1e-6);
  }

  @Property(tries = 20)
  void factorMeansAreExactWhereAllClientsShareOneFactor(@ForAll long seed) {
    Cohort drawn = Cohort.of("fedit", seed, 3, 3, 3);
    List<Cohort.Client> sharingA =
        drawn.clients().stream()
            .map(
                client ->
                    new Cohort.Client(
                        client.name(),
                        client.examples(),
                        client.local().with(drawn.clients().get(0).local().part(Part.A))))
            .toList();
    assertThat(drawn.with(sharingA).aggregate().aggregationError()).isLessThan(1e-6);
  }
}
