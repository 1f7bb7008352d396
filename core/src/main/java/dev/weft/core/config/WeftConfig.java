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
    SimulationConfig simulation,
    @ResultsUnchanged CoordinatorConfig coordinator,
    @ResultsUnchanged ClientConfig client) {

  /** This configuration with another method. */
  public WeftConfig withMethod(MethodConfig newMethod) {
    return with(newMethod, training, round, update);
  }

  /** This configuration of another base model. */
  public WeftConfig with(ModelConfig newModel, EngineConfig newEngine) {
    return new WeftConfig(
        run,
        newModel,
        newEngine,
        data,
        method,
        training,
        round,
        update,
        simulation,
        coordinator,
        client);
  }

  /** This configuration with other data. */
  public WeftConfig with(DataConfig newData, SimulationConfig newSimulation) {
    return new WeftConfig(
        run,
        model,
        engine,
        newData,
        method,
        training,
        round,
        update,
        newSimulation,
        coordinator,
        client);
  }

  /** This configuration with other rounds. */
  public WeftConfig with(
      MethodConfig newMethod,
      TrainingConfig newTraining,
      RoundConfig newRound,
      UpdateConfig newUpdate) {
    return new WeftConfig(
        run,
        model,
        engine,
        data,
        newMethod,
        newTraining,
        newRound,
        newUpdate,
        simulation,
        coordinator,
        client);
  }
}
