package dev.weft.client.audit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.error.WriteFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;

/**
 * A site's audit file: JSON lines of which each holds the SHA-256 of the line before. An entry is
 * on the disk when {@link #append} returns. One process writes it, whatever its threads do; a line
 * that was cut short by a crash is kept, and the next entry says that it was. The chain shows every
 * change to a line that others follow; who can write the file can still cut off its end or write
 * all of it anew, which only a digest noted elsewhere shows.
 */
public final class AuditFile implements AutoCloseable {
  private final Path file;
  private final InstantSource time;
  private final FileChannel channel;
  private final FileLock lock;
  private long lines;
  private String previous = AuditChain.START;

  /**
   * Opens it, and closes a line that was cut short.
   *
   * @throws WeftException if it cannot be written, or another process has it
   */
  public AuditFile(Path file, InstantSource time) {
    this.file = file;
    this.time = time;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw failed(e);
    }
    try {
      lock = locked();
      resume(Files.readAllBytes(file));
    } catch (IOException e) {
      throw closing(failed(e));
    } catch (WeftException e) {
      throw closing(e);
    }
  }

  private WeftException closing(WeftException problem) {
    try {
      channel.close();
    } catch (IOException e) {
      problem.addSuppressed(e);
    }
    return problem;
  }

  private FileLock locked() throws IOException {
    try {
      FileLock own = channel.tryLock();
      if (own != null) {
        return own;
      }
    } catch (OverlappingFileLockException e) {
      throw taken();
    }
    throw taken();
  }

  private WeftException taken() {
    return new WeftException(
        Problem.STORE_FAILED,
        Text.format("%s: another weft client of this site is up; end it first", file));
  }

  private void resume(byte[] bytes) throws IOException {
    AuditChain chain = AuditChain.of(bytes);
    lines = chain.lines();
    previous = chain.last();
    channel.position(bytes.length);
    if (chain.torn() > 0) {
      write("\n".getBytes(StandardCharsets.UTF_8));
      append(AuditChain.RECOVERED, entry -> entry.put(AuditChain.TORN, chain.torn()));
    }
  }

  /**
   * Adds an entry; it survives a crash once this returns.
   *
   * @param what happened
   * @param more adds what else the entry says
   * @throws WeftException if it cannot be written
   */
  public synchronized void append(String what, Consumer<ObjectNode> more) {
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry.put(AuditChain.NUMBER, lines + 1);
    entry.put("at", time.instant().truncatedTo(ChronoUnit.MILLIS).toString());
    entry.put(AuditChain.PREVIOUS, previous);
    entry.put(AuditChain.WHAT, what);
    more.accept(entry);
    byte[] line = entry.toString().getBytes(StandardCharsets.UTF_8);
    try {
      ByteBuffer whole = ByteBuffer.allocate(line.length + 1).put(line).put((byte) '\n').flip();
      write(whole.array());
    } catch (IOException e) {
      throw failed(e);
    }
    lines++;
    previous = AuditChain.digest(line);
  }

  private void write(byte[] bytes) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      channel.write(left);
    }
    channel.force(true);
  }

  private WeftException failed(IOException e) {
    WriteFailure failure = WriteFailure.of(e);
    return new WeftException(
        Problem.STORE_FAILED,
        Text.format(
            "%s: cannot be written, for %s, and without its record this site does nothing; %s",
            file, failure.reason(), failure.wayOut()),
        e);
  }

  @Override
  public synchronized void close() {
    try {
      lock.release();
      channel.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
