package dev.weft.coordinator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A wire to a port of this machine that can drop the answer to a word, and be cut. */
final class CutWire implements AutoCloseable {
  private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
  private final ServerSocket door;
  private final int target;
  private volatile Optional<String> word = Optional.empty();
  private volatile boolean mute;

  CutWire(int target) throws IOException {
    this.target = target;
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    begin(this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  /** Once a word has gone there nothing comes back until the wire is cut. */
  void muteAfter(String said) {
    word = Optional.of(said);
  }

  /** Ends all connections; new ones are sound. */
  void cutAll() {
    word = Optional.empty();
    ends.forEach(CutWire::close);
    ends.clear();
    mute = false;
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket near = door.accept();
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
        ends.add(near);
        ends.add(far);
        begin(() -> pump(near, far, false));
        begin(() -> pump(far, near, true));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void pump(Socket from, Socket to, boolean back) {
    byte[] bytes = new byte[1 << 14];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        if (!back && word.filter(new String(bytes, 0, read, ISO_8859_1)::contains).isPresent()) {
          mute = true;
        }
        if (!(mute && back)) {
          out.write(bytes, 0, read);
          out.flush();
        }
      }
    } catch (IOException cut) {
      close(from);
    }
    close(to);
  }

  private static void begin(Runnable work) {
    Thread thread = new Thread(work, "cut-wire");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // It is closed all the same.
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    cutAll();
  }
}
