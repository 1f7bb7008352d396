package dev.weft.protocol.transport;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** Actors of a process that has one actor system for all it does. */
public final class Spawning {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private Spawning() {}

  /** Starts an actor, and waits until it is there; a name that is taken gets a number. */
  public static <T> ActorRef<T> spawn(
      ActorSystem<SpawnProtocol.Command> system, Behavior<T> behavior, String name) {
    CompletionStage<ActorRef<T>> spawned =
        AskPattern.ask(
            system,
            replyTo -> new SpawnProtocol.Spawn<>(behavior, name, Props.empty(), replyTo),
            DEADLINE,
            system.scheduler());
    return spawned.toCompletableFuture().join();
  }
}
