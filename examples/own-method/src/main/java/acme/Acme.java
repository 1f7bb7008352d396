package acme;

import dev.weft.aggregation.adapter.AdapterCard;
import dev.weft.aggregation.adapter.AdapterProvider;
import dev.weft.aggregation.adapter.Adapters;
import dev.weft.aggregation.init.FactorInit;
import dev.weft.aggregation.method.AdapterNeed;
import dev.weft.aggregation.method.Downlink;
import dev.weft.aggregation.method.Exactness;
import dev.weft.aggregation.method.MethodCard;
import dev.weft.aggregation.method.MethodProvider;
import dev.weft.aggregation.method.MixedRanks;
import dev.weft.checkpoint.EncoderFamily;
import dev.weft.checkpoint.FamilyProvider;
import dev.weft.checkpoint.ModelFamily;
import dev.weft.checkpoint.quantization.QuantProvider;
import dev.weft.checkpoint.quantization.QuantScheme;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Origin;
import dev.weft.core.adapter.Part;
import dev.weft.finetune.data.DataProvider;
import dev.weft.finetune.data.DataSource;
import dev.weft.simulation.partition.PartitionerCard;
import dev.weft.simulation.partition.PartitionerProvider;
import java.util.List;

/** What this jar adds to Weft. */
public final class Acme
    implements AdapterProvider,
        MethodProvider,
        PartitionerProvider,
        DataProvider,
        FamilyProvider,
        QuantProvider {

  @Override
  public List<AdapterCard> adapters() {
    return List.of(
        AdapterCard.of(
            "acme-lora",
            "LoRA whose A starts with rows of length 1",
            "our own notes, 2026",
            8,
            1e-3,
            rank -> ChainAdapter.lora(rank, 2f),
            FactorInit.seeded().drawn(Part.A, seed -> new Origin.Normal(seed, 1f, false))));
  }

  @Override
  public List<MethodCard> methods() {
    return List.of(
        new MethodCard(
            "equal-mean",
            "the mean in which every client counts the same, however many examples it has",
            "our own notes, 2026",
            Adapters.card("lora"),
            AdapterNeed.ANYTHING,
            form -> Exactness.APPROXIMATE,
            MixedRanks.REFUSED,
            Downlink.ofTrainedParts(),
            (method, config) -> method.aggregator(new EqualMean())));
  }

  @Override
  public List<PartitionerCard> partitioners() {
    return List.of(
        PartitionerCard.of("one-large", config -> new OneLarge(config.dealtClients())));
  }

  @Override
  public List<DataSource> sources() {
    return List.of(DataSource.ofLabelled(".tsv", TabSeparated::read));
  }

  @Override
  public List<ModelFamily> families() {
    return List.of(
        new AcmeLlama(), new EncoderFamily("acme-bert", "acme.", "classifier", false));
  }

  @Override
  public List<QuantScheme> schemes() {
    return List.of(new Ternary());
  }
}
