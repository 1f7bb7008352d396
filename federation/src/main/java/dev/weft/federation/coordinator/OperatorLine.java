package dev.weft.federation.coordinator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Speaks with the coordinator that has a home, over its socket there. */
public final class OperatorLine {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PAUSE = Duration.ofMillis(200);

  private OperatorLine() {}

  /**
   * Asks, and waits a while for a coordinator that is just starting.
   *
   * @param news hears, once, that none is up yet
   * @return the lines of the answer
   * @throws WeftException if none is up, or it refuses
   */
  public static List<String> ask(
      CoordinatorHome home, OperatorRequest request, Duration patience, Consumer<String> news) {
    home.requireFounded();
    long deadline = System.nanoTime() + patience.toNanos();
    for (boolean first = true; true; first = false) {
      try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        channel.connect(UnixDomainSocketAddress.of(home.socket()));
        return ask(channel, request);
      } catch (IOException e) {
        if (System.nanoTime() - deadline >= 0) {
          throw unreachable(home, e);
        }
        if (first) {
          news.accept(
              Text.format(
                  "no coordinator is up at %s; waiting %d s for it",
                  home.folder(), patience.toSeconds()));
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeftException(Problem.INTERRUPTED, "stopped while waiting for the coordinator", e);
    }
  }

  private static WeftException unreachable(CoordinatorHome home, IOException e) {
    return new WeftException(
        Problem.UNREACHABLE,
        Text.format(
            "--home: no coordinator is up at %s; start it with weft coordinator --home %s",
            home.folder(), home.folder()),
        e);
  }

  private static List<String> ask(SocketChannel channel, OperatorRequest request)
      throws IOException {
    channel.write(ByteBuffer.wrap(line(request.json())));
    channel.shutdownOutput();
    BufferedReader answer =
        new BufferedReader(
            new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
    List<String> lines = new ArrayList<>();
    for (String line = answer.readLine(); line != null; line = answer.readLine()) {
      JsonNode json = JSON.readTree(line);
      if (json.has("done")) {
        return lines;
      }
      if (json.has("code")) {
        throw refused(json);
      }
      lines.add(json.path("line").asText());
    }
    throw new IOException("the coordinator ended in the middle of its answer");
  }

  private static WeftException refused(JsonNode json) {
    Problem problem = Problem.of(json.path("code").asText()).orElse(Problem.INTERNAL);
    return new WeftException(problem, json.path("sentence").asText());
  }

  static byte[] line(JsonNode json) {
    return (json + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
