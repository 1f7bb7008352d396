package dev.weft.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.core.artifact.Artifact;
import dev.weft.core.artifact.Incoming;
import dev.weft.core.error.WeftException;
import dev.weft.core.random.Seed;
import dev.weft.core.random.SeededRandom;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedUploadsTest {
  @TempDir private Path directory;

  @Test
  void whatComesInPiecesIsReadAsItWasFromAnyPlace() throws IOException {
    SealedUploads uploads = SealedUploads.in(directory);
    byte[] bytes = random(200_000);
    Artifact artifact = Artifact.of(out -> out.write(bytes));
    Incoming incoming = uploads.receive(artifact, 0);

    incoming.append(Arrays.copyOf(bytes, 70_000));
    assertThat(uploads.bytes(artifact.digest())).isEmpty();
    incoming.append(Arrays.copyOfRange(bytes, 70_000, 200_000));
    incoming.finish();

    assertThat(uploads.read(artifact.digest(), InputStream::readAllBytes)).isEqualTo(bytes);
    try (InputStream rest = uploads.open(artifact.digest(), 131_073)) {
      assertThat(rest.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 131_073, 200_000));
    }
  }

  @Test
  void nothingOfAnUpdateIsLegibleOnDiskAndNothingIsLeftOfOneThatWent() throws IOException {
    SealedUploads uploads = SealedUploads.in(directory);
    byte[] marker = "a marker that nobody may find".repeat(50).getBytes(StandardCharsets.US_ASCII);
    Artifact artifact = uploads.put(out -> out.write(marker));

    for (Path file : files()) {
      String stored = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      assertThat(stored).doesNotContain("marker");
      assertThat(file.getFileName().toString()).doesNotContain(artifact.digest().brief());
    }
    assertThat(files()).hasSize(1);
    uploads.delete(artifact.digest());
    assertThat(files()).isEmpty();
  }

  @Test
  void aLaterProcessFindsNothing() throws IOException {
    Artifact artifact = SealedUploads.in(directory).put(out -> out.write(random(100)));

    SealedUploads later = SealedUploads.in(directory);

    assertThat(later.bytes(artifact.digest())).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void aFileThatWasChangedIsNotHandedOut() throws IOException {
    SealedUploads uploads = SealedUploads.in(directory);
    Artifact artifact = uploads.put(out -> out.write(random(1000)));
    Path file = files().get(0);
    byte[] stored = Files.readAllBytes(file);
    stored[stored.length - 20]++;
    Files.write(file, stored);

    assertThatThrownBy(() -> uploads.read(artifact.digest(), InputStream::readAllBytes))
        .isInstanceOf(WeftException.class);
  }

  @Test
  void theSameBytesFromTwoAreOneArtifact() throws IOException {
    SealedUploads uploads = SealedUploads.in(directory);
    byte[] bytes = random(100);
    Artifact artifact = Artifact.of(out -> out.write(bytes));
    Incoming first = uploads.receive(artifact, 1);
    Incoming second = uploads.receive(artifact, 2);
    first.append(bytes);
    second.append(bytes);
    first.finish();
    second.finish();

    assertThat(files()).hasSize(1);
    uploads.keepOnly(Set.of(artifact.digest()));
    assertThat(uploads.read(artifact.digest(), InputStream::readAllBytes)).isEqualTo(bytes);
    uploads.keepOnly(Set.of());
    assertThat(files()).isEmpty();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private static byte[] random(int length) {
    SeededRandom random = new Seed(length).random();
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}
