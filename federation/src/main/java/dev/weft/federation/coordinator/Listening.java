package dev.weft.federation.coordinator;

import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** An actor that hands on all it hears. */
final class Listening {
  private Listening() {}

  static <T> Behavior<T> to(Class<T> type, Consumer<T> listener) {
    return Behaviors.receive(type)
        .onAnyMessage(
            message -> {
              listener.accept(message);
              return Behaviors.same();
            })
        .build();
  }
}
