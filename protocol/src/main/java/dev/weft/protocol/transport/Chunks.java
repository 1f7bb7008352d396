package dev.weft.protocol.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.ArtifactStore;
import java.io.InputStream;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;

/** Artifacts in pieces that fit into any message; read when the other side has room for them. */
public final class Chunks {
  /** Bytes in a piece. */
  static final int LENGTH = 1 << 18;

  private Chunks() {}

  /** The bytes of an artifact from an offset on. */
  public static Source<ByteString, NotUsed> of(ArtifactStore store, Artifact artifact, long from) {
    return of(() -> store.open(artifact.digest(), from));
  }

  /** All that a stream holds; it is opened when the first piece is asked for. */
  public static Source<ByteString, NotUsed> of(
      org.apache.pekko.japi.function.Creator<InputStream> stream) {
    return Source.unfoldResource(
        stream,
        in -> {
          byte[] bytes = in.readNBytes(LENGTH);
          return bytes.length == 0
              ? Optional.empty()
              : Optional.of(UnsafeByteOperations.unsafeWrap(bytes));
        },
        InputStream::close);
  }
}
