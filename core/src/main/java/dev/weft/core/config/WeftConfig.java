package dev.weft.core.config;

/** Everything a user can set; one record per concern, one file for all commands. */
public record WeftConfig(
    RunConfig run,
    ModelConfig model,
    EngineConfig engine,
    DataConfig data,
    MethodConfig method,
    TrainingConfig training,
    RoundConfig round,
    UpdateConfig update,
    SimulationConfig simulation) {

  /** This configuration with another method. */
  public WeftConfig withMethod(MethodConfig newMethod) {
    return new WeftConfig(run, model, engine, data, newMethod, training, round, update, simulation);
  }
}
