package dev.weft.federation.coordinator;

import dev.weft.protocol.transport.Spawning;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The actors of one run, which end with it, whatever their state is then. */
final class RunActors implements AutoCloseable {
  private static final long SECONDS = 20;

  private sealed interface Message {}

  private record Spawn<T>(Behavior<T> behavior, String name, CompletableFuture<ActorRef<T>> actor)
      implements Message {
    void in(ActorContext<Message> context) {
      actor.complete(context.spawn(behavior, name));
    }
  }

  private record End() implements Message {}

  private final ActorRef<Message> parent;

  RunActors(ActorSystem<SpawnProtocol.Command> system, String run) {
    parent = Spawning.spawn(system, Behaviors.setup(RunActors::parent), "run-" + run);
  }

  private static Behavior<Message> parent(ActorContext<Message> context) {
    return Behaviors.receiveMessage(
        message -> {
          if (message instanceof Spawn<?> spawn) {
            spawn.in(context);
            return Behaviors.same();
          }
          return Behaviors.stopped();
        });
  }

  /** Starts an actor, and waits until it is there. */
  <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
    CompletableFuture<ActorRef<T>> actor = new CompletableFuture<>();
    parent.tell(new Spawn<>(behavior, name, actor));
    return actor.orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    parent.tell(new End());
  }
}
