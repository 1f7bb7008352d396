package dev.weft.privacy.keys;

import dev.weft.core.Text;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * One block of a PEM file (RFC 7468).
 *
 * @param type what stands after BEGIN, such as {@code CERTIFICATE}
 */
record PemBlock(String type, Bytes content) {
  static final String PRIVATE_KEY = "PRIVATE KEY";
  static final String PUBLIC_KEY = "PUBLIC KEY";
  static final String CERTIFICATE = "CERTIFICATE";
  static final String CERTIFICATE_REQUEST = "CERTIFICATE REQUEST";

  static PemBlock of(String type, byte[] content) {
    return new PemBlock(type, Bytes.of(content));
  }

  static String write(List<PemBlock> blocks) {
    StringWriter text = new StringWriter();
    try (PemWriter pem = new PemWriter(text)) {
      for (PemBlock block : blocks) {
        pem.writeObject(new PemObject(block.type, block.content.toArray()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("text in memory cannot fail", e);
    }
    return text.toString();
  }

  String write() {
    return write(List.of(this));
  }

  /**
   * @param what names the text in the sentence: a file, or what a person gave
   * @throws WeftException if a block is not whole
   */
  static List<PemBlock> read(String text, String what) {
    List<PemBlock> blocks = new ArrayList<>();
    try (PemReader pem = new PemReader(new StringReader(text))) {
      for (PemObject block = pem.readPemObject(); block != null; block = pem.readPemObject()) {
        blocks.add(of(block.getType(), block.getContent()));
      }
      return List.copyOf(blocks);
    } catch (IOException | IllegalStateException | IllegalArgumentException e) {
      throw new WeftException(
          Problem.BAD_KEY_FILE,
          Text.format(
              "%s: the PEM block after the first %d is damaged; restore it from a backup",
              what, blocks.size()),
          e);
    }
  }

  /** The one block of this type that the text must be. */
  static Bytes only(String type, String text, String what) {
    List<PemBlock> blocks = read(text, what);
    if (blocks.size() != 1 || !blocks.get(0).type.equals(type)) {
      throw new WeftException(
          Problem.BAD_KEY_FILE,
          Text.format("%s: exactly one block \"BEGIN %s\" is needed; check the file", what, type));
    }
    return blocks.get(0).content;
  }
}
