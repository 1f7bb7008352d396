package dev.weft.coordinator;

import dev.weft.protocol.ClientSession;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Who can be reached now. Clients join, are lost and come back while runs go on; a run knows them
 * by name and follows what is said here.
 */
public final class Sessions extends AbstractBehavior<Sessions.Message> {

  /** What this understands. */
  public sealed interface Message {}

  /**
   * A client can be reached from now on, until the session ends; one that it had before is not its
   * own any more.
   */
  public record Join(String client, ActorRef<ClientSession.Command> session) implements Message {}

  /** Asks to be told who is here, and of every change from then on. */
  record Follow(ActorRef<Presence> follower) implements Message {}

  private record Ended(Join join) implements Message {}

  private record Unfollowed(ActorRef<Presence> follower) implements Message {}

  /** What followers hear. */
  sealed interface Presence {

    record Here(String client, ActorRef<ClientSession.Command> session) implements Presence {}

    record Gone(String client) implements Presence {}
  }

  private final Map<String, Join> here = new HashMap<>();
  private final Set<ActorRef<Presence>> followers = new HashSet<>();

  public static Behavior<Message> create() {
    return Behaviors.setup(Sessions::new);
  }

  private Sessions(ActorContext<Message> context) {
    super(context);
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(Join.class, this::onJoin)
        .onMessage(Ended.class, this::onEnded)
        .onMessage(Follow.class, this::onFollow)
        .onMessage(Unfollowed.class, this::onUnfollowed)
        .build();
  }

  private Behavior<Message> onJoin(Join join) {
    here.put(join.client(), join);
    getContext().watchWith(join.session(), new Ended(join));
    followers.forEach(follower -> follower.tell(presence(join)));
    return this;
  }

  private Behavior<Message> onEnded(Ended ended) {
    String client = ended.join().client();
    if (here.remove(client, ended.join())) {
      followers.forEach(follower -> follower.tell(new Presence.Gone(client)));
    }
    return this;
  }

  private Behavior<Message> onFollow(Follow follow) {
    if (followers.add(follow.follower())) {
      getContext().watchWith(follow.follower(), new Unfollowed(follow.follower()));
    }
    here.values().forEach(join -> follow.follower().tell(presence(join)));
    return this;
  }

  private Behavior<Message> onUnfollowed(Unfollowed message) {
    followers.remove(message.follower());
    return this;
  }

  private static Presence presence(Join join) {
    return new Presence.Here(join.client(), join.session());
  }
}
