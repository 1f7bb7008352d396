package dev.weft.federation;

import dev.weft.coordinator.Run;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The root of a run's actors, so that no death among them goes unheard. A client whose actor dies
 * ends the run with the reason; when the run is over, so is the actor system.
 */
public final class RunGuardian {
  private RunGuardian() {}

  /**
   * Passes on to the run whatever it is told.
   *
   * @param run spawns the clients in the context it is given, and says what the run does
   * @param failure hears why there is no run, if that cannot be done
   */
  public static Behavior<Run.Command> create(
      Function<ActorContext<Run.Command>, Behavior<Run.Command>> run, Consumer<Throwable> failure) {
    return Behaviors.setup(
        context -> {
          try {
            ActorRef<Run.Command> actor = context.spawn(run.apply(context), "run");
            context.getChildren().forEach(context::watch);
            return watching(actor);
          } catch (RuntimeException | Error e) {
            failure.accept(e);
            return Behaviors.stopped();
          }
        });
  }

  private static Behavior<Run.Command> watching(ActorRef<Run.Command> run) {
    return Behaviors.receive(Run.Command.class)
        .onAnyMessage(
            command -> {
              run.tell(command);
              return Behaviors.same();
            })
        .onSignal(
            Terminated.class,
            ended -> {
              if (ended.getRef().path().equals(run.path())) {
                return Behaviors.stopped();
              }
              run.tell(new Run.Fail(sentence(ended)));
              return Behaviors.same();
            })
        .build();
  }

  private static String sentence(Terminated ended) {
    String actor = Text.format("the actor %s", ended.getRef().path().name());
    return ended instanceof ChildFailed failed
        ? WeftException.from(failed.getCause(), Problem.INTERNAL, actor).sentence()
        : new WeftException(Problem.INTERNAL, actor + " stopped").sentence();
  }
}
