package dev.weft.core.artifact;

import java.io.IOException;
import java.io.OutputStream;

/** Bytes that can be written, the same ones each time. */
@FunctionalInterface
public interface Content {

  /** Writes all of it and leaves {@code out} open. */
  void writeTo(OutputStream out) throws IOException;
}
