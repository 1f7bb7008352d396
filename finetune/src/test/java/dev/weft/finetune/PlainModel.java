package dev.weft.finetune;

import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.config.EngineConfig;
import dev.weft.core.config.ModelConfig;
import dev.weft.core.method.AdapterInit;
import dev.weft.core.random.Seed;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A model as its files have it, in float32 on the CPU. */
final class PlainModel {
  private PlainModel() {}

  static BaseModel open(Path source) {
    return BaseModel.open(
        new ModelConfig(
            source.toString(),
            Optional.empty(),
            ModelConfig.Correction.none(),
            Optional.empty(),
            Optional.empty(),
            ModelConfig.Head.ZEROS,
            Optional.empty(),
            Optional.empty()),
        EngineConfig.onDevice("cpu").with(EngineConfig.Precision.FLOAT32));
  }

  /** An adapter that changes nothing yet. */
  static Adapter start(BaseModel model, int rank) {
    return AdapterInit.kaiming()
        .initialise(ChainAdapter.lora(rank, 2), model.target(1), new Seed(1), List.of())
        .adapter();
  }
}
