package dev.weft.federation;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.weft.coordinator.Run;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;

/** Every death among a run's actors is heard, and ends the actor system. */
class RunGuardianTest {
  /** Only for a test that fails. */
  private static final Duration LIVENESS = Duration.ofSeconds(30);

  private final CompletableFuture<String> heard = new CompletableFuture<>();

  @Test
  void whatFailsBeforeThereIsARunIsHeard() {
    play(
        context -> {
          context.spawn(Behaviors.<String>ignore(), "St. Mary's hospital");
          return ending();
        });

    assertThat(heard.join()).contains("St. Mary's hospital");
  }

  @Test
  void anErrorBeforeThereIsARunIsHeard() {
    play(
        context -> {
          throw new StackOverflowError("too deep");
        });

    assertThat(heard.join()).contains("too deep");
  }

  @Test
  void aClientsDeathEndsTheRunWithItsReason() {
    play(
        context -> {
          ActorRef<String> client =
              context.spawn(
                  Behaviors.receiveMessage(
                      message -> {
                        throw new IllegalStateException("the site caught " + message);
                      }),
                  "client-1");
          client.tell("fire");
          return ending();
        });

    assertThat(heard.join())
        .isEqualTo(
            "the actor client-1 failed: java.lang.IllegalStateException: the site caught fire"
                + " (W-0900)");
  }

  @Test
  void aClientThatMerelyStopsEndsTheRunToo() {
    play(
        context -> {
          context.spawn(Behaviors.<String>stopped(), "client-2");
          return ending();
        });

    assertThat(heard.join()).isEqualTo("the actor client-2 stopped (W-0900)");
  }

  @Test
  void theActorSystemEndsWithTheRunHoweverThatEnds() {
    play(context -> Behaviors.stopped());
    play(
        context ->
            Behaviors.setup(
                own -> {
                  throw new IllegalStateException("the journal is gone");
                }));
  }

  /** A run that ends when it is told to fail. */
  private Behavior<Run.Command> ending() {
    return Behaviors.receiveMessage(
        command -> {
          heard.complete(((Run.Fail) command).reason());
          return Behaviors.stopped();
        });
  }

  /** Returns when the actor system has ended. */
  private void play(Function<ActorContext<Run.Command>, Behavior<Run.Command>> run) {
    ActorSystem<Run.Command> system =
        ActorSystem.create(
            RunGuardian.create(run, thrown -> heard.complete(thrown.getMessage())),
            "weft",
            ConfigFactory.load("weft-in-process"));
    system
        .getWhenTerminated()
        .toCompletableFuture()
        .orTimeout(LIVENESS.toSeconds(), TimeUnit.SECONDS)
        .join();
  }
}
