package dev.weft.client.site;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * A wire on this machine that misbehaves as it is told: every connection has its own weather. It
 * knows nothing of what goes over it.
 */
final class FaultProxy implements AutoCloseable {

  /** How a connection ends once it has carried what its weather lets through. */
  enum End {
    /** In good order, as far as TCP knows. */
    CLOSE,
    /** By a reset. */
    RESET,
    /** Nobody hears anything any more, until the silence is over; then it is reset. */
    SILENCE
  }

  /**
   * What a connection meets.
   *
   * @param refused whether it is closed before a byte went
   * @param up bytes that go to the target before it ends
   * @param down bytes that come from there before it ends
   * @param end how it ends
   * @param silence milliseconds before a silent connection is reset
   * @param delay milliseconds before every piece
   * @param piece most bytes that are read at once
   */
  record Weather(
      boolean refused, long up, long down, End end, long silence, long delay, int piece) {
    static final Weather CALM =
        new Weather(false, Long.MAX_VALUE, Long.MAX_VALUE, End.CLOSE, 0, 0, 1 << 16);

    static final Weather REFUSED = new Weather(true, 0, 0, End.CLOSE, 0, 0, 1);

    Weather cutAfter(long mostUp, long mostDown, End how) {
      return new Weather(refused, mostUp, mostDown, how, silence, delay, piece);
    }

    Weather silentFor(long millis) {
      return new Weather(refused, up, down, end, millis, delay, piece);
    }

    /** So many bytes at most in so many milliseconds, each way. */
    Weather slow(int bytes, long millis) {
      return new Weather(refused, up, down, end, silence, millis, bytes);
    }
  }

  private static final int SMALL_BUFFER = 1 << 13;

  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "fault-proxy");
            thread.setDaemon(true);
            return thread;
          });
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final ServerSocket door;
  private final IntFunction<Weather> weather;
  private volatile int target;
  private final AtomicInteger connections = new AtomicInteger();
  private volatile boolean mute;

  /**
   * @param target port on this machine
   * @param weather of a connection by its number, from 0
   */
  FaultProxy(int target, IntFunction<Weather> weather) {
    this.target = target;
    this.weather = weather;
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

  /** How many have come so far. */
  int connections() {
    return connections.get();
  }

  /** How many are there now. */
  int open() {
    return links.size();
  }

  /** From now on connections go there. */
  void leadTo(int port) {
    target = port;
  }

  /** Whether nothing comes back to who dialled; what goes there still goes. */
  void mute(boolean nothingComesBack) {
    mute = nothingComesBack;
  }

  /** Ends all connections that are there now. */
  void cutAll() {
    links.forEach(link -> link.end(End.RESET));
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket near = door.accept();
        Weather met = weather.apply(connections.getAndIncrement());
        threads.execute(() -> connect(near, met));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket near, Weather met) {
    Socket far = new Socket();
    Link link = new Link(near, far, met);
    links.add(link);
    try {
      if (met.refused()) {
        link.end(End.RESET);
        return;
      }
      if (met.delay() > 0) {
        near.setReceiveBufferSize(SMALL_BUFFER);
        far.setReceiveBufferSize(SMALL_BUFFER);
      }
      far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
      InputStream back = far.getInputStream();
      OutputStream home = near.getOutputStream();
      threads.execute(() -> link.pump(true, back, home, met.down()));
      link.pump(false, near.getInputStream(), far.getOutputStream(), met.up());
    } catch (IOException e) {
      link.end(End.RESET);
    }
  }

  /** A connection and its two sides. */
  private final class Link {
    private final Socket near;
    private final Socket far;
    private final Weather met;
    private volatile boolean silent;

    Link(Socket near, Socket far, Weather met) {
      this.near = near;
      this.far = far;
      this.met = met;
    }

    void pump(boolean back, InputStream in, OutputStream out, long most) {
      byte[] bytes = new byte[met.piece()];
      long left = most;
      try {
        for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
          if (met.delay() > 0) {
            TimeUnit.MILLISECONDS.sleep(met.delay());
          }
          int passed = (int) Math.min(read, left);
          if (!silent && !(mute && back)) {
            out.write(bytes, 0, passed);
            out.flush();
          }
          left -= passed;
          if (passed < read) {
            end(met.end());
          }
        }
        if (!silent) {
          end(End.CLOSE);
        }
      } catch (IOException broken) {
        if (!silent) {
          end(End.RESET);
        }
      } catch (InterruptedException closing) {
        Thread.currentThread().interrupt();
        end(End.RESET);
      }
    }

    void end(End how) {
      if (how == End.SILENCE) {
        if (!silent) {
          silent = true;
          threads.execute(this::endOfSilence);
        }
        return;
      }
      links.remove(this);
      for (Socket socket : new Socket[] {near, far}) {
        try {
          if (how == End.RESET && !socket.isClosed()) {
            socket.setSoLinger(true, 0);
          }
          socket.close();
        } catch (IOException gone) {
          // Whoever was there has closed it.
        }
      }
    }

    private void endOfSilence() {
      try {
        TimeUnit.MILLISECONDS.sleep(met.silence());
      } catch (InterruptedException closing) {
        Thread.currentThread().interrupt();
      }
      end(End.RESET);
    }
  }

  @Override
  public void close() {
    try {
      door.close();
    } catch (IOException gone) {
      return;
    } finally {
      cutAll();
      threads.shutdownNow();
    }
  }
}
