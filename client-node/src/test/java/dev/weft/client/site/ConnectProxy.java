package dev.weft.client.site;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP proxy that knows CONNECT alone; every tunnel leads to one port on this machine. */
final class ConnectProxy implements AutoCloseable {
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "connect-proxy");
            thread.setDaemon(true);
            return thread;
          });
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final ServerSocket door;
  private final int target;
  private final Optional<String> login;

  /**
   * @param login {@code user:password} that it asks for
   */
  ConnectProxy(int target, Optional<String> login) {
    this.target = target;
    this.login = login;
    try {
      this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("no port is left", e);
    }
    threads.execute(this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  /** The first lines of what it was asked for. */
  List<String> asked() {
    return asked;
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket near = door.accept();
        threads.execute(() -> serve(near));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket near) {
    try (near) {
      List<String> head = head(near.getInputStream());
      asked.add(head.get(0));
      if (!admitted(head)) {
        answer(near, "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"");
        return;
      }
      try (Socket far = new Socket(InetAddress.getLoopbackAddress(), target)) {
        answer(near, "200 Connection established");
        threads.execute(() -> pump(far, near));
        near.getInputStream().transferTo(far.getOutputStream());
      }
    } catch (IOException gone) {
      return;
    }
  }

  private static void pump(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException gone) {
      return;
    }
  }

  private boolean admitted(List<String> head) {
    return login
        .map(
            own ->
                "Basic " + Base64.getEncoder().encodeToString(own.getBytes(StandardCharsets.UTF_8)))
        .map(
            own ->
                head.stream()
                    .anyMatch(line -> line.equalsIgnoreCase("proxy-authorization: " + own)))
        .orElse(true);
  }

  private static void answer(Socket near, String status) throws IOException {
    OutputStream out = near.getOutputStream();
    out.write(("HTTP/1.1 " + status + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static List<String> head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      head.append((char) next);
    }
    return head.toString().lines().toList();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      door.close();
    } catch (IOException gone) {
      return;
    }
  }
}
