package dev.weft.protocol.transport;

import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.QueueOfferResult;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Messages that wait for a line that is slow, and no more of them than agreed. The line may end at
 * any moment, so that everything here may come too late and is then to no effect.
 */
public final class Outgoing<T> {
  private final BoundedSourceQueue<T> queue;
  private final Source<T, NotUsed> source;

  /**
   * @param most messages that wait
   */
  public Outgoing(int most, Materializer materializer) {
    Pair<BoundedSourceQueue<T>, Source<T, NotUsed>> made =
        Source.<T>queue(most).preMaterialize(materializer);
    this.queue = made.first();
    this.source = made.second();
  }

  /** What goes over the line. */
  public Source<T, NotUsed> source() {
    return source;
  }

  /** Whether there is a line, and room on it. */
  public boolean offer(T message) {
    return queue.offer(message) == QueueOfferResult.enqueued();
  }

  /** Ends the line once all that waits has gone. */
  public void complete() {
    onceOver(queue::complete);
  }

  /** Ends the line at once; what waits is dropped. */
  public void cut(Throwable reason) {
    onceOver(() -> queue.fail(reason));
  }

  private static void onceOver(Runnable end) {
    try {
      end.run();
    } catch (IllegalStateException alreadyOver) {
      return;
    }
  }
}
