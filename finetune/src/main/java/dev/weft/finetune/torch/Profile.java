package dev.weft.finetune.torch;

import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What the kernels of one thread did while some work ran, as libtorch's own profiler saw it.
 * Watching costs time, so a profile says how time divides, never how long something takes
 * unwatched.
 *
 * @param calls of kernel functions, by their names, and of operators, such as {@code aten::mm}
 * @param seconds that the work took, kernels and everything else
 */
public record Profile(List<Call> calls, double seconds) {

  /**
   * @param begin seconds after any one moment
   * @param end likewise
   */
  public record Call(String name, double begin, double end) {}

  public Profile {
    calls = List.copyOf(calls);
  }

  /** Runs work on this thread and watches it; only one thread of a process at a time. */
  public static Profile of(Runnable work) {
    Torch.engine();
    try {
      Path trace = Files.createTempFile("weft-profile-", ".json");
      try {
        double seconds = watch(work, trace);
        return new Profile(calls(trace), seconds);
      } finally {
        Files.delete(trace);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the profile cannot pass the folder of temporary files", e);
    }
  }

  private static double watch(Runnable work, Path trace) {
    JniUtils.startProfile(false, false, false);
    try {
      long begin = System.nanoTime();
      work.run();
      return (System.nanoTime() - begin) / 1e9;
    } finally {
      JniUtils.stopProfile(trace.toString());
    }
  }

  private static List<Call> calls(Path trace) throws IOException {
    List<Call> calls = new ArrayList<>();
    for (JsonNode event : new ObjectMapper().readTree(trace.toFile())) {
      double begin = event.path("ts").asDouble();
      calls.add(
          new Call(
              event.path("name").asText(),
              begin / 1e6,
              (begin + event.path("dur").asDouble()) / 1e6));
    }
    return calls;
  }

  /**
   * Divides the kernels' time. A call counts for its own time only, without that of the calls
   * inside it.
   *
   * @param part what a call belongs to, given the names of the calls it is inside of, outermost
   *     first, and its own last
   * @return seconds
   */
  public <K> Map<K, Double> secondsBy(Function<List<String>, K> part) {
    Map<K, Double> seconds = new HashMap<>();
    Deque<Call> open = new ArrayDeque<>();
    List<String> names = new ArrayList<>();
    List<Call> outermostFirst = new ArrayList<>(calls);
    outermostFirst.sort(
        Comparator.comparingDouble(Call::begin)
            .thenComparing(Comparator.comparingDouble(Call::end).reversed()));
    for (Call call : outermostFirst) {
      while (!open.isEmpty() && open.peek().end() < (call.begin() + call.end()) / 2) {
        open.pop();
        names.remove(names.size() - 1);
      }
      double own = call.end() - call.begin();
      if (!open.isEmpty()) {
        seconds.merge(part.apply(List.copyOf(names)), -own, Double::sum);
      }
      open.push(call);
      names.add(call.name());
      seconds.merge(part.apply(List.copyOf(names)), own, Double::sum);
    }
    return seconds;
  }
}
