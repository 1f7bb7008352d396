package dev.weft.client.site;

import dev.weft.core.Digest;
import dev.weft.core.adapter.Adapter;
import dev.weft.core.adapter.AdapterTarget;
import dev.weft.core.adapter.ChainAdapter;
import dev.weft.core.adapter.Part;
import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.ArtifactStore;
import dev.weft.core.artifact.Content;
import dev.weft.core.artifact.Header;
import dev.weft.core.artifact.Incoming;
import dev.weft.core.tensor.Scratch;
import dev.weft.core.tensor.Tensor;
import dev.weft.core.tensor.TensorMap;
import dev.weft.core.tensor.TensorSchema;
import dev.weft.core.update.FixedPoint;
import dev.weft.core.update.UpdateEncoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The update of one client, every number of which can be told without the others, so that it need
 * not lie anywhere: as many random integers of 40 bits as an adapter has trained entries.
 *
 * @param size of the adapter
 * @param client number of the client, from 0
 */
record LargeUpdate(Size size, int client) {
  private static final int VALUE_BYTES = 5;
  private static final int FRACTION_BITS = 26;
  private static final int RANGE = 8;

  /** M·K of the encoding at least, and less than twice of it: its integers take 40 bits. */
  private static final int EXAMPLES_OF_ALL = 512;

  /**
   * How large the adapter is.
   *
   * @param clients at most 512
   */
  record Size(int clients, int layers, int width, int rank) {

    /** About so many bytes for each client. */
    static Size ofBytes(int clients, long bytes) {
      int width = 1024;
      int layers = 16;
      long entries = bytes / VALUE_BYTES;
      return new Size(clients, layers, width, (int) (entries / (2L * layers * width)));
    }

    ChainAdapter form() {
      return ChainAdapter.lora(rank, 1);
    }

    AdapterTarget target() {
      return AdapterTarget.of(
          IntStream.range(0, layers)
              .mapToObj(layer -> new AdapterTarget.Layer("layer" + layer, width, width))
              .toList(),
          new AdapterTarget.Head(2, 8));
    }

    UpdateEncoding encoding() {
      return new UpdateEncoding(
          new FixedPoint(FRACTION_BITS, RANGE), (EXAMPLES_OF_ALL + clients - 1) / clients, clients);
    }

    /** Where training starts: small whole numbers by position. */
    Adapter reference(Scratch scratch) {
      TensorSchema schema = form().schema(target());
      Scratch.Room room = scratch.room(Float.BYTES * schema.elements());
      LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
      for (TensorSchema.Entry entry : schema.entries()) {
        FloatBuffer values = room.floats(entry.elements());
        for (int i = 0; i < values.capacity(); i++) {
          values.put(i, before(i));
        }
        tensors.put(entry.name(), Tensor.of(values, entry.dimensions()));
      }
      return new Adapter(form(), target(), TensorMap.of(tensors));
    }

    /** What stands in a tensor of the reference. */
    static float before(int index) {
      return index % 7;
    }

    /** Entries of each trained tensor, in order. */
    List<Long> tensors() {
      return form().schema(target()).entries().stream()
          .filter(entry -> form().trained().contains(Part.of(entry.name())))
          .map(entry -> (long) entry.elements())
          .toList();
    }

    /** Trained entries of the adapter. */
    long entries() {
      return form().trainedElements(target());
    }
  }

  /** Its weight. */
  long examples() {
    return 1 + client % size.encoding().mostExamples();
  }

  /** The integer at a position, within what an honest client of this weight can send. */
  long at(long position) {
    long bits = (position + 1) * 0x9E3779B97F4A7C15L + client * 0xD1B54A32D192ED03L;
    bits = (bits ^ bits >>> 30) * 0xBF58476D1CE4E5B9L;
    bits = (bits ^ bits >>> 27) * 0x94D049BB133111EBL;
    return (bits ^ bits >>> 31) >> 36;
  }

  String name() {
    return "site-" + client;
  }

  Content content() {
    return out -> {
      try (InputStream in = open(0)) {
        in.transferTo(out);
      }
    };
  }

  private byte[] header() {
    long numbers = size.entries() + 1;
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    try {
      new Header('U', VALUE_BYTES * Byte.SIZE, size.rank(), numbers).writeTo(header);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return header.toByteArray();
  }

  InputStream open(long from) {
    byte[] header = header();
    long entries = size.entries();
    long end = header.length + VALUE_BYTES * (entries + 1);
    return new InputStream() {
      private long next = from;

      @Override
      public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) {
        if (next == end && length > 0) {
          return -1;
        }
        int count = (int) Math.min(length, end - next);
        for (int i = 0; i < count; i++) {
          bytes[offset + i] = next < header.length ? header[(int) next] : value(next);
          next++;
        }
        return count;
      }

      private long known = -1;
      private long value;

      private byte value(long at) {
        long position = (at - header.length) / VALUE_BYTES;
        if (position != known) {
          known = position;
          value = position == entries ? examples() : LargeUpdate.this.at(position);
        }
        return (byte) (value >> (Byte.SIZE * (int) ((at - header.length) % VALUE_BYTES)));
      }
    };
  }

  /** A store that holds nothing but this update. */
  ArtifactStore store() {
    return new ArtifactStore() {
      @Override
      public InputStream open(Digest digest, long from) {
        return LargeUpdate.this.open(from);
      }

      @Override
      public OptionalLong bytes(Digest digest) {
        throw unused();
      }

      @Override
      public Artifact put(Content content) {
        throw unused();
      }

      @Override
      public Incoming receive(Artifact artifact, int way) {
        throw unused();
      }

      @Override
      public void delete(Digest digest) {
        throw unused();
      }

      @Override
      public void keepOnly(Set<Digest> digests) {
        throw unused();
      }
    };
  }

  private static IllegalStateException unused() {
    return new IllegalStateException("nobody asks an update that is about to leave for that");
  }
}
