package dev.weft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import dev.weft.core.error.WeftException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/**
 * Damaged files are refused in one sentence and in memory that follows from their length, not from
 * what they announce.
 */
class MalformedFuzzTest {
  /** What a message and its stack trace may take, generously. */
  private static final long FIXED_BYTES = 4 << 20;

  /**
   * Objects per byte of a file: a tensor of a GGUF file takes 33 bytes there, some hundred here.
   */
  private static final long BYTES_PER_BYTE = 64;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final byte[] ONNX =
      OnnxBytes.model(OnnxBytes.tensor(2, 3, 6), OnnxBytes.node("MatMul", "/a/b/MatMul"));

  private Path folder;

  /** One change to a file. */
  sealed interface Damage {
    byte[] apply(byte[] file);

    /** The share of the file that is left. */
    record CutOff(double share) implements Damage {
      @Override
      public byte[] apply(byte[] file) {
        return Arrays.copyOf(file, (int) (share * file.length));
      }
    }

    record Flipped(double place, byte bits) implements Damage {
      @Override
      public byte[] apply(byte[] file) {
        byte[] damaged = file.clone();
        if (file.length > 0) {
          damaged[(int) (place * (file.length - 1))] ^= bits;
        }
        return damaged;
      }
    }

    /** A length or count, wherever it lies, blown up. */
    record BlownUp(double place, long length) implements Damage {
      @Override
      public byte[] apply(byte[] file) {
        byte[] damaged = file.clone();
        if (file.length >= Long.BYTES) {
          ByteBuffer.wrap(damaged)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong((int) (place * (file.length - Long.BYTES)), length);
        }
        return damaged;
      }
    }
  }

  @BeforeProperty
  void createFolder() throws IOException {
    folder = Files.createTempDirectory("weft-malformed");
    loadClasses();
  }

  /** Classes that the first reading loads count for nothing. */
  private void loadClasses() throws IOException {
    ModelFiles.open(Fixtures.TINY_LLAMA.toString());
    ModelFiles.open(Fixtures.TINY_GGUF.toString());
    Path broken = write("config.json", new byte[] {'{'});
    assertThatExceptionOfType(WeftException.class).isThrownBy(() -> JsonFile.read(broken));
    Files.delete(broken);
  }

  @AfterProperty
  void deleteFolder() throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  @Property(tries = 400)
  void damagedSafetensors(@ForAll("damages") @Size(min = 1, max = 3) List<Damage> damages)
      throws IOException {
    byte[] file = Fixtures.bytes(Fixtures.path("/golden/fixtures/bnb_nf4_dq.safetensors"));
    Path damaged = write("model.safetensors", damage(file, damages));

    readOrRefuse(damaged, () -> Fixtures.readAll(SafetensorsCheckpoint.open(damaged)));
  }

  @Property(tries = 400)
  void damagedGguf(@ForAll("damages") @Size(min = 1, max = 3) List<Damage> damages)
      throws IOException {
    Path damaged = write("model.gguf", damage(Fixtures.bytes(Fixtures.TINY_GGUF), damages));

    readOrRefuse(damaged, () -> Fixtures.readAll(ModelFiles.open(damaged.toString()).weights()));
  }

  /** Damage in the head, where every byte means something. */
  @Property(tries = 400)
  void damagedHeadsOfGguf(@ForAll("damages") @Size(min = 1, max = 3) List<Damage> damages)
      throws IOException {
    byte[] file = Fixtures.bytes(Fixtures.TINY_GGUF);
    byte[] head = damage(Arrays.copyOf(file, 2800), damages);
    byte[] whole = file.clone();
    System.arraycopy(head, 0, whole, 0, head.length);
    Path damaged = write("model.gguf", whole);

    readOrRefuse(damaged, () -> Fixtures.readAll(ModelFiles.open(damaged.toString()).weights()));
  }

  @Property(tries = 400)
  void damagedOnnx(@ForAll("damages") @Size(min = 1, max = 3) List<Damage> damages)
      throws IOException {
    byte[] damaged = damage(ONNX, damages);
    Path file = write("model.onnx", damaged);

    readOrRefuse(
        file,
        () ->
            Fixtures.readAll(
                OnnxEncoder.weights(OnnxModel.read(ByteBuffer.wrap(damaged), file.toString()))));
  }

  @Property(tries = 300)
  void damagedConfigurations(@ForAll("damages") @Size(min = 1, max = 3) List<Damage> damages)
      throws IOException {
    byte[] config = Fixtures.bytes(Fixtures.TINY_LLAMA.resolve("config.json"));
    Path damaged = write("config.json", damage(config, damages));

    readOrRefuse(damaged, () -> HuggingFaceConfig.read(folder).architecture());
  }

  @Property(tries = 200)
  void damagedShardIndexes(@ForAll("damages") @Size(min = 1, max = 3) List<Damage> damages)
      throws IOException {
    write("a.safetensors", Fixtures.bytes(Fixtures.path("/golden/fixtures/bnb_int8.safetensors")));
    byte[] index =
        "{\"metadata\":{},\"weight_map\":{\"p.SCB\":\"a.safetensors\",\"p.weight\":\"a.safetensors\"}}"
            .getBytes(StandardCharsets.UTF_8);
    write("model.safetensors.index.json", damage(index, damages));

    readOrRefuse(folder, () -> Fixtures.readAll(SafetensorsCheckpoint.open(folder)));
  }

  @Provide
  Arbitrary<List<Damage>> damages() {
    Arbitrary<Double> places = Arbitraries.doubles().between(0, 1);
    Arbitrary<Long> lengths =
        Arbitraries.of(
            -1L,
            0L,
            255L,
            65_536L,
            1L << 24,
            Integer.MAX_VALUE + 0L,
            1L << 31,
            1L << 32,
            1L << 62,
            Long.MAX_VALUE,
            Long.MIN_VALUE);
    Arbitrary<Damage> damage =
        Arbitraries.oneOf(
            places.map(Damage.CutOff::new),
            Combinators.combine(places, Arbitraries.bytes()).as(Damage.Flipped::new),
            Combinators.combine(places, lengths).as(Damage.BlownUp::new));
    return damage.list();
  }

  private static byte[] damage(byte[] file, List<Damage> damages) {
    byte[] damaged = file;
    for (Damage damage : damages) {
      damaged = damage.apply(damaged);
    }
    return damaged;
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private void readOrRefuse(Path source, Runnable reading) throws IOException {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      reading.run();
    } catch (WeftException e) {
      assertThat(e.getMessage()).startsWith(folder.toString()).doesNotContain("\n");
    }
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    long length = Files.isRegularFile(source) ? Files.size(source) : 8192;
    assertThat(allocated).isLessThan(FIXED_BYTES + BYTES_PER_BYTE * length);
  }
}
