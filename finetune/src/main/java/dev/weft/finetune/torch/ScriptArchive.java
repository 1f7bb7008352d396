package dev.weft.finetune.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The file form that libtorch loads programs from: a stored zip with the source of one class and a
 * pickled object of that class, which has no state.
 */
final class ScriptArchive {
  private static final String HEADER =
      """
      class Kernels(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
      """;

  /** Pickle protocol 2: {@code ()}, for an archive without constants. */
  private static final byte[] NO_CONSTANTS = {(byte) 0x80, 2, ')', '.'};

  private ScriptArchive() {}

  /**
   * @param functions TorchScript methods, indented by two spaces
   */
  static byte[] of(String functions) {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(archive)) {
      zip.setMethod(ZipOutputStream.STORED);
      store(zip, "kernels/data.pkl", statelessObject());
      store(zip, "kernels/code/__torch__.py", utf8(HEADER + functions));
      store(zip, "kernels/constants.pkl", NO_CONSTANTS);
      store(zip, "kernels/version", utf8("10\n"));
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return archive.toByteArray();
  }

  /** Pickle of an instance of {@code __torch__.Kernels} whose only attribute is training = true. */
  private static byte[] statelessObject() {
    byte[] attribute = utf8("training");
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(new byte[] {(byte) 0x80, 2}); // protocol 2
    pickle.writeBytes(utf8("c__torch__\nKernels\n")); // GLOBAL: the class
    pickle.writeBytes(new byte[] {')', (byte) 0x81}); // EMPTY_TUPLE, NEWOBJ
    pickle.writeBytes(new byte[] {'}', '(', 'X'}); // EMPTY_DICT, MARK, BINUNICODE
    pickle.writeBytes(
        ByteBuffer.allocate(Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(attribute.length)
            .array());
    pickle.writeBytes(attribute);
    pickle.writeBytes(new byte[] {(byte) 0x88, 'u', 'b', '.'}); // NEWTRUE, SETITEMS, BUILD, STOP
    return pickle.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setCrc(checksum.getValue());
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
