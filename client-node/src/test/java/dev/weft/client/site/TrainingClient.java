package dev.weft.client.site;

import dev.weft.client.Client;
import dev.weft.client.ClientSetup;
import dev.weft.client.EngineTrainer;
import dev.weft.client.Pieces;
import dev.weft.client.SmallSteps;
import dev.weft.coordinator.store.ArtifactDesk;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.GlobalState;
import dev.weft.core.artifact.MemoryStore;
import dev.weft.core.config.ClientConfig.Policy.Losses;
import dev.weft.core.config.ConfigLoader;
import dev.weft.core.config.WeftConfig;
import dev.weft.core.method.LocalObjective;
import dev.weft.core.method.LocalRound;
import dev.weft.core.method.LocalTraining;
import dev.weft.core.method.Method;
import dev.weft.core.protection.Protection;
import dev.weft.core.random.Seed;
import dev.weft.core.state.StateManifest;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.UpdateEncoding;
import dev.weft.finetune.BaseModel;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.ClientSession;
import dev.weft.protocol.FromClient;
import dev.weft.protocol.LocalPlan;
import dev.weft.protocol.RoundId;
import dev.weft.protocol.Terms;
import dev.weft.text.TokenizedSet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A process to be killed: a client that trains a real model in one round, and keeps how far it is
 * in a folder. Prints a line for every step, where it goes on, and the digest of its update last.
 */
final class TrainingClient {
  static final int STEPS = 16;

  private static final RoundId ID = new RoundId("run", 2, 1);
  private static final Seed SEED = new Seed(9);
  private static final int CLASSES = 3;
  private static final int EXAMPLES = 30;

  private TrainingClient() {}

  /**
   * @param arguments the folder
   */
  public static void main(String[] arguments) {
    WeftConfig config =
        ConfigLoader.load(
            Optional.empty(), Map.of("engine.precision", "float32", "engine.memory", "\"2 GB\""));
    BaseModel model = BaseModel.open(config.model(), config.engine());
    Method method = SmallSteps.method("fedit", List.of());
    GlobalState initial =
        method
            .init()
            .initialise(method.adapter(), model.target(CLASSES), SEED.of("init"), List.of());
    TrainingFile shelf =
        new TrainingFile(
            Path.of(arguments[0]).resolve("kept.safetensors"),
            Duration.ZERO,
            TrainingClient::print);
    ArtifactDesk desk = new ArtifactDesk(new MemoryStore(), new MemoryStore());
    desk.open(ID, Set.of(), Long.MAX_VALUE);
    ClientSetup setup =
        new ClientSetup(
            "a",
            model.target(CLASSES),
            model.facts().digest(),
            examples(model),
            new Pieces(),
            desk.at("a"),
            new MemoryStore(),
            new EngineTrainer(model),
            ClientSetup.ANY_UPLOAD,
            Losses.SHARE,
            Optional.empty(),
            shelf,
            Executors.newSingleThreadExecutor());
    ActorSystem.create(coordinator(setup, initial), "killed");
  }

  private static TokenizedSet examples(BaseModel model) {
    List<String> texts =
        SEED.random()
            .ints(EXAMPLES, 0, 1000)
            .mapToObj(number -> "a thing that number " + number + " has")
            .toList();
    int[] labels = SEED.of("labels").random().ints(EXAMPLES, 0, CLASSES).toArray();
    return model.tokenize(texts, labels);
  }

  private static Behavior<FromClient> coordinator(ClientSetup setup, GlobalState initial) {
    return Behaviors.setup(
        context -> {
          ActorRef<ClientSession.Command> client = context.spawn(Client.create(setup), "client");
          client.tell(new ClientSession.Offer(ID, terms(setup, initial), context.getSelf()));
          client.tell(train(initial.adapter(), initial, context.getSelf()));
          return Behaviors.receiveMessage(
              said -> {
                if (said.reply() instanceof ClientReply.Progress) {
                  System.out.println("step");
                } else if (said.reply() instanceof ClientReply.Uploaded uploaded) {
                  System.out.println(
                      "update " + uploaded.update().digest() + " " + uploaded.training());
                  Runtime.getRuntime().halt(0);
                } else if (said.reply() instanceof ClientReply.Failed failed) {
                  System.out.println("failed " + failed.sentence());
                  Runtime.getRuntime().halt(1);
                }
                return Behaviors.same();
              });
        });
  }

  private static Terms terms(ClientSetup setup, GlobalState initial) {
    return new Terms(
        "fedit",
        initial.adapter().form().rank(),
        EXAMPLES,
        initial.adapter().form().trained(),
        setup.target().digest(),
        setup.base(),
        StateManifest.of(initial).digest());
  }

  private static ClientSession.Train train(
      Adapter adapter, GlobalState initial, ActorRef<FromClient> replyTo) {
    LocalRound local =
        new LocalRound(
            new LocalObjective(0.01), LocalTraining.ofSteps(STEPS, 4, 1e-3), ID.round(), 3);
    UpdateEncoding encoding = new UpdateEncoding(new FixedPoint(20, 8), EXAMPLES, 3);
    return new ClientSession.Train(
        ID,
        new LocalPlan(adapter.form(), local, Protection.rounding(encoding), SEED),
        StateManifest.of(initial).pieces(),
        Duration.ofMinutes(1),
        replyTo);
  }

  private static void print(SiteEvent event) {
    System.out.println(
        event instanceof SiteEvent.TrainingGoesOn on ? "goes on " + on.steps() : event.toString());
  }
}
