package dev.weft.core.error;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * Why something could not be written, as the words after "for" in a sentence, and the way out.
 *
 * @param reason such as "its permissions forbid it"
 * @param wayOut such as "change them"
 */
public record WriteFailure(String reason, String wayOut) {

  public static WriteFailure of(IOException cause) {
    if (cause instanceof NoSuchFileException) {
      return new WriteFailure("the folder for it is not there", "make that folder again");
    }
    if (cause instanceof AccessDeniedException) {
      return new WriteFailure("its permissions forbid it", "change them");
    }
    if (cause instanceof FileAlreadyExistsException there) {
      return new WriteFailure(there.getFile() + " is a file and no folder", "remove that file");
    }
    if (cause instanceof FileSystemException system && system.getReason() != null) {
      return new WriteFailure("the system says: " + system.getReason(), "free the disk");
    }
    return new WriteFailure(
        cause.getMessage() == null ? "it failed" : "the system says: " + cause.getMessage(),
        "free the disk");
  }
}
