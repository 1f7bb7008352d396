package dev.weft.protocol.codec;

import com.google.protobuf.ByteString;
import dev.weft.core.Digest;
import dev.weft.core.artifact.Artifact;
import dev.weft.protocol.RoundId;
import java.util.HexFormat;

/** The nouns that many messages hold. */
public final class WireNouns {
  private WireNouns() {}

  public static dev.weft.wire.RoundId write(RoundId id) {
    return dev.weft.wire.RoundId.newBuilder()
        .setRun(id.run())
        .setRound(id.round())
        .setAttempt(id.attempt())
        .build();
  }

  /**
   * @throws IllegalArgumentException if it is none
   */
  public static RoundId read(dev.weft.wire.RoundId id) {
    return new RoundId(id.getRun(), id.getRound(), id.getAttempt());
  }

  public static dev.weft.wire.Artifact write(Artifact artifact) {
    return dev.weft.wire.Artifact.newBuilder()
        .setSha256(write(artifact.digest()))
        .setBytes(artifact.bytes())
        .build();
  }

  /**
   * @throws IllegalArgumentException if it is none
   */
  public static Artifact read(dev.weft.wire.Artifact artifact) {
    return new Artifact(read(artifact.getSha256()), artifact.getBytes());
  }

  static ByteString write(Digest digest) {
    return ByteString.copyFrom(HexFormat.of().parseHex(digest.hex()));
  }

  static Digest read(ByteString sha256) {
    return new Digest(HexFormat.of().formatHex(sha256.toByteArray()));
  }
}
