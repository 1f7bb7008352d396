package dev.weft.federation.coordinator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.finetune.training.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;

/**
 * Where operators' commands are heard: a socket in the coordinator's home, which nobody can reach
 * who may not read its keys. One request, one answer of several lines.
 */
public final class OperatorDoor implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST = 1 << 16;

  private final Path socket;
  private final ServerSocketChannel server;
  private final Function<OperatorRequest, List<String>> answers;
  private final ExecutorService threads = Threads.pool("operator", 2);

  /**
   * Opens it.
   *
   * @param answers gives the lines of an answer, or refuses
   * @throws WeftException if another coordinator has this home, or its path is too long
   */
  public OperatorDoor(CoordinatorHome home, Function<OperatorRequest, List<String>> answers) {
    this.socket = home.socket();
    this.answers = answers;
    try {
      if (isServed(socket)) {
        throw new WeftException(
            Problem.STORE_FAILED,
            Text.format("--home: another coordinator has %s; end it first", home.folder()));
      }
      Files.deleteIfExists(socket);
      server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket));
    } catch (IOException | IllegalArgumentException e) {
      throw new WeftException(
          Problem.UNWRITABLE_OUTPUT,
          Text.format(
              "%s: no socket can be made there: %s; choose a --home with a shorter path on a local"
                  + " disk",
              socket, e.getMessage()),
          e);
    }
  }

  /** Answers from now on; who asked before is answered, too. */
  public void begin() {
    threads.execute(this::serve);
  }

  private static boolean isServed(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      return false;
    }
  }

  private void serve() {
    while (server.isOpen()) {
      try {
        SocketChannel channel = server.accept();
        threads.execute(() -> answer(channel));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void answer(SocketChannel channel) {
    try (channel) {
      try {
        for (String line : answers.apply(request(channel))) {
          write(channel, JsonNodeFactory.instance.objectNode().put("line", line));
        }
        write(channel, JsonNodeFactory.instance.objectNode().put("done", true));
      } catch (WeftException e) {
        write(
            channel,
            JsonNodeFactory.instance
                .objectNode()
                .put("code", e.problem().code())
                .put("sentence", e.getMessage()));
      }
    } catch (IOException e) {
      return; // whoever asked is gone
    }
  }

  private static OperatorRequest request(SocketChannel channel) throws IOException {
    InputStream in = Channels.newInputStream(channel);
    return OperatorRequest.of(JSON.readTree(in.readNBytes(LONGEST)));
  }

  private static void write(SocketChannel channel, ObjectNode json) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(OperatorLine.line(json));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new WeftException(
          Problem.UNWRITABLE_OUTPUT, Text.format("%s: cannot be removed", socket), e);
    } finally {
      Threads.end(threads);
    }
  }
}
