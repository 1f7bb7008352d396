package dev.weft.federation.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.weft.coordinator.Sessions;
import dev.weft.coordinator.sites.Lobby;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A coordinator that has played many runs has no actor of any of them. */
class RunActorsTest {
  private static final int RUNS = 20;

  private final ActorSystem<SpawnProtocol.Command> system =
      ActorSystem.create(
          SpawnProtocol.create(), "RunActorsTest", ConfigFactory.load("weft-in-process"));

  @AfterEach
  void stop() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }

  @Test
  void theActorsOfARunEndWithItAndItsNameIsFreeAgain() throws InterruptedException {
    List<ActorRef<?>> all = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      try (RunActors actors = new RunActors(system, "again")) {
        all.add(actors.spawn(Sessions.create(), "sessions"));
        all.add(actors.spawn(Listening.to(Lobby.Readiness.class, said -> {}), "ready"));
      }
    }

    CountDownLatch ended = new CountDownLatch(all.size());
    new RunActors(system, "watcher").spawn(watching(all, ended), "watcher");
    assertThat(ended.await(1, TimeUnit.MINUTES)).as("%s are left", ended).isTrue();
  }

  private static Behavior<String> watching(List<ActorRef<?>> all, CountDownLatch ended) {
    return Behaviors.setup(
        context -> {
          all.forEach(context::watch);
          return Behaviors.receive(String.class)
              .onSignal(
                  Terminated.class,
                  gone -> {
                    ended.countDown();
                    return Behaviors.same();
                  })
              .build();
        });
  }
}
