package dev.weft.client.doctor;

import dev.weft.core.config.Durations;
import dev.weft.core.error.WeftException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Steps of which each needs those before it. Every one has a deadline, and the one that fails names
 * those that were therefore not tried.
 */
final class Steps {

  /** One step. */
  record Step(String what, Callable<Finding> look) {}

  private final Duration deadline;
  private final List<Step> steps = new ArrayList<>();

  /**
   * @param deadline of each step
   */
  Steps(Duration deadline) {
    this.deadline = deadline;
  }

  Steps then(String what, Callable<Finding> look) {
    steps.add(new Step(what, look));
    return this;
  }

  /** What was found up to the first failure. */
  List<Finding> take() {
    return take(List.of());
  }

  /**
   * What was found up to the first failure.
   *
   * @param later steps elsewhere that need all of these
   */
  List<Finding> take(List<String> later) {
    List<Finding> found = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Finding finding = take(steps.get(i));
      if (finding.isFailure()) {
        List<String> rest =
            Stream.concat(
                    steps.subList(i + 1, steps.size()).stream().map(Step::what), later.stream())
                .toList();
        found.add(
            rest.isEmpty() ? finding : finding.adding("not tried: " + String.join(", ", rest)));
        return List.copyOf(found);
      }
      found.add(finding);
    }
    return List.copyOf(found);
  }

  /** On a thread of its own, since a name server or a disk may never answer. */
  private Finding take(Step step) {
    FutureTask<Finding> task = new FutureTask<>(step.look());
    Thread thread = new Thread(task, "doctor-" + step.what());
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      return Finding.fail(
          step.what(),
          "no answer within " + Durations.format(deadline),
          "something on the way swallows what is sent, or a disk hangs");
    } catch (ExecutionException e) {
      return Finding.fail(
          step.what(), words(e.getCause()), "see docs/errors.md, or ask the operator");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Finding.fail(step.what(), "was stopped", "run weft doctor again");
    }
  }

  private static String words(Throwable cause) {
    if (cause instanceof WeftException known) {
      return known.sentence();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
