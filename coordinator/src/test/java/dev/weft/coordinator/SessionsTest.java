package dev.weft.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.coordinator.Sessions.Presence;
import dev.weft.protocol.ClientSession;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  private final ActorRef<Sessions.Message> sessions = KIT.spawn(Sessions.create());
  private final TestProbe<Presence> follower = KIT.createTestProbe(Presence.class);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void whoFollowsHearsWhoIsHereAndWhoComes() {
    ActorRef<ClientSession.Command> early = join("early");
    sessions.tell(new Sessions.Follow(follower.getRef()));
    ActorRef<ClientSession.Command> late = join("late");

    assertThat(follower.receiveMessage()).isEqualTo(new Presence.Here("early", early));
    assertThat(follower.receiveMessage()).isEqualTo(new Presence.Here("late", late));
  }

  @Test
  void aSessionThatEndsTakesItsClientAway() {
    sessions.tell(new Sessions.Follow(follower.getRef()));
    ActorRef<ClientSession.Command> session = join("a");
    follower.receiveMessage();

    KIT.stop(session);

    assertThat(follower.receiveMessage()).isEqualTo(new Presence.Gone("a"));
  }

  @Test
  void theEndOfAnOldSessionIsNotThatOfTheNewOne() {
    ActorRef<ClientSession.Command> old = join("a");
    ActorRef<ClientSession.Command> fresh = join("a");
    sessions.tell(new Sessions.Follow(follower.getRef()));
    assertThat(follower.receiveMessage()).isEqualTo(new Presence.Here("a", fresh));

    KIT.stop(old);
    ActorRef<ClientSession.Command> other = join("b");

    assertThat(follower.receiveMessage()).isEqualTo(new Presence.Here("b", other));
    follower.expectNoMessage(Duration.ZERO);
  }

  private ActorRef<ClientSession.Command> join(String client) {
    ActorRef<ClientSession.Command> session = KIT.spawn(Behaviors.<ClientSession.Command>ignore());
    sessions.tell(new Sessions.Join(client, session));
    return session;
  }
}
