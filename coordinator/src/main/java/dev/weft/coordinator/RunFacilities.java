package dev.weft.coordinator;

import dev.weft.coordinator.store.ArtifactDesk;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a run works with and nothing of which decides its results.
 *
 * @param sessions where its clients are reached
 * @param desk where they fetch and leave artifacts; its store is where states become durable
 * @param evaluator measures the initial state and every round's result; empty where the coordinator
 *     has nothing to measure on
 * @param asksSites whether its sites are asked to measure them, too
 * @param executor runs the sums, encodings and writes, so that no actor waits for them
 */
public record RunFacilities(
    ActorRef<Sessions.Message> sessions,
    ArtifactDesk desk,
    Optional<Evaluator> evaluator,
    boolean asksSites,
    Executor executor) {}
