package dev.weft.core.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileContentTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "version https://git-lfs.github.com/spec/v1\\noid sha256:4d7a | is a pointer of Git LFS",
        "<!DOCTYPE html><html class=\"\"> | is a web page",
        "\\n\\n  <HTML><head> | is a web page",
        "<?xml version=\"1.0\"?><Error><Code>AccessDenied | is an XML document",
        "Entry not found | there is no such file",
        "Access to model meta/x is restricted | is a server's refusal",
      })
  void whatStandsInAFilesPlaceIsCalledByItsName(String content, String what) throws IOException {
    Path file = file(content.replace("\\n", "\n").getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> FileContent.requireGenuine(file))
        .isInstanceOfSatisfying(
            WeftException.class,
            wrong -> assertThat(wrong.problem()).isEqualTo(Problem.WRONG_CONTENT))
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(what);
  }

  @ParameterizedTest
  @CsvSource({"0, is empty", "512, begins with nothing but zero bytes", "9000, zero bytes"})
  void downloadsThatNeverBeganAreCalledSo(int length, String what) throws IOException {
    Path file = file(new byte[length]);

    assertThatThrownBy(() -> FileContent.requireGenuine(file)).hasMessageContaining(what);
  }

  @Test
  void archivesAreCalledSo() throws IOException {
    Path zip = file(new byte[] {'P', 'K', 3, 4, 20, 0});
    assertThatThrownBy(() -> FileContent.requireGenuine(zip))
        .hasMessageContaining("is a PyTorch pickle or a zip archive");

    Path pickle = file(new byte[] {(byte) 0x80, 2, (byte) 0x8A, '\n', 'l'});
    assertThatThrownBy(() -> FileContent.requireGenuine(pickle))
        .hasMessageContaining("reading a pickle can run any program");

    Path gzip = file(new byte[] {0x1F, (byte) 0x8B, 8, 0});
    assertThatThrownBy(() -> FileContent.requireGenuine(gzip)).hasMessageContaining("gzip");
  }

  /** Their headers' lengths are the first eight bytes of safetensors files. */
  @ParameterizedTest
  @ValueSource(longs = {2, 640, 0x0280, 0x0380, 0x1F8B, 16 << 20})
  void safetensorsFilesAreTakenForNothingElse(long header) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(600).order(ByteOrder.LITTLE_ENDIAN).putLong(header);
    Path file = file(bytes.put((byte) '{').array());

    assertThatCode(() -> FileContent.requireGenuine(file)).doesNotThrowAnyException();
  }

  @Test
  void otherTextIsLeftToItsReader() throws IOException {
    Path file =
        file(
            "{\"version\": \"https://git-lfs.github.com/spec/v1\"}"
                .getBytes(StandardCharsets.UTF_8));

    assertThatCode(() -> FileContent.requireGenuine(file)).doesNotThrowAnyException();
    assertThatThrownBy(() -> FileContent.requireGenuine(folder.resolve("nothing")))
        .hasMessageContaining("cannot be read");
  }

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("file"), content);
  }
}
