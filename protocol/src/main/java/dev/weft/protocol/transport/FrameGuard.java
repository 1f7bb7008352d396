package dev.weft.protocol.transport;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * Reads the five bytes before every gRPC message and ends a request that announces a compressed
 * message or one that is too long, before any of it is kept. Pekko gRPC itself knows no limit
 * (privacy.md F1).
 */
public final class FrameGuard extends GraphStage<FlowShape<ByteString, ByteString>> {
  /** Bytes of the longest message. */
  public static final int LONGEST = 4 << 20;

  private static final int HEADER = 5;

  private final int longest;
  private final Inlet<ByteString> in = Inlet.create("FrameGuard.in");
  private final Outlet<ByteString> out = Outlet.create("FrameGuard.out");
  private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);

  /** Of messages that are as long as any may be. */
  public FrameGuard() {
    this(LONGEST);
  }

  /**
   * @param longest message that is let through, in bytes
   */
  public FrameGuard(int longest) {
    this.longest = longest;
  }

  @Override
  public FlowShape<ByteString, ByteString> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private final byte[] header = new byte[HEADER];
    private int known;
    private long left;

    Logic() {
      super(shape);
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              ByteString bytes = grab(in);
              try {
                check(bytes);
                push(out, bytes);
              } catch (WeftException e) {
                failStage(e);
              }
            }
          });
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              pull(in);
            }
          });
    }

    private void check(ByteString bytes) {
      int at = 0;
      while (at < bytes.size()) {
        if (left > 0) {
          int skipped = (int) Math.min(left, bytes.size() - at);
          left -= skipped;
          at += skipped;
        } else {
          header[known++] = bytes.apply(at++);
          if (known == HEADER) {
            known = 0;
            left = length();
          }
        }
      }
    }

    private long length() {
      if (header[0] != 0) {
        throw refused("a compressed message came, where none is ever sent");
      }
      long length = 0;
      for (int i = 1; i < HEADER; i++) {
        length = (length << Byte.SIZE) | (header[i] & 0xFF);
      }
      if (length > longest) {
        throw refused(
            Text.format(
                "a message of %d bytes came, where none is longer than %d", length, longest));
      }
      return length;
    }
  }

  private static WeftException refused(String sentence) {
    return new WeftException(Problem.MESSAGE_REFUSED, sentence);
  }
}
