package dev.weft.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteFailureTest {

  @Test
  void aReasonIsSaidInWordsAndNotByTheNameOfAClass() {
    assertThat(WriteFailure.of(new NoSuchFileException("a/b")))
        .isEqualTo(new WriteFailure("the folder for it is not there", "make that folder again"));
    assertThat(WriteFailure.of(new AccessDeniedException("a")).wayOut()).isEqualTo("change them");
    assertThat(WriteFailure.of(new FileAlreadyExistsException("a")).reason())
        .isEqualTo("a is a file and no folder");
    assertThat(
            WriteFailure.of(new FileSystemException("a", null, "No space left on device")).reason())
        .isEqualTo("the system says: No space left on device");
    for (IOException cause :
        List.of(
            new NoSuchFileException("a"),
            new FileSystemException("a"),
            new FileSystemException("a", null, null),
            new IOException("Is a directory"),
            new IOException())) {
      assertThat(WriteFailure.of(cause).reason()).isNotBlank().doesNotContain("Exception", "null");
    }
  }
}
