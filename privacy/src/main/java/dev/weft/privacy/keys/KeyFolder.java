package dev.weft.privacy.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weft.core.Text;
import dev.weft.core.artifact.DurableFile;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.core.error.WriteFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A folder that its owner alone may read, with keys in files that he alone may read. Each file
 * holds all parts of one thing and appears whole or not at all: written beside, synced, renamed,
 * folder synced. So a crash never leaves a key with another's certificate.
 */
public final class KeyFolder {
  private static final String CREDENTIALS = "node.pem";
  private static final String AUTHORITY = "authority.pem";
  private static final String PENDING = "join.pem";
  private static final String AUTHORITY_REQUEST = "authority-request.pem";
  private static final long MOST_BYTES = 1 << 20;
  private static final Set<PosixFilePermission> OWNER_FILE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNER_FOLDER =
      PosixFilePermissions.fromString("rwx------");

  private final Path folder;

  public KeyFolder(Path folder) {
    this.folder = folder;
  }

  public boolean hasCredentials() {
    return Files.exists(folder.resolve(CREDENTIALS));
  }

  public boolean hasAuthority() {
    return Files.exists(folder.resolve(AUTHORITY));
  }

  /**
   * Keeps a node's credentials in {@code node.pem}, in the place of earlier ones and of the request
   * that led to them.
   */
  public void save(Credentials credentials) {
    write(CREDENTIALS, KeyFile.of(credentials));
    remove(PENDING);
  }

  /**
   * @throws WeftException if the file is missing, damaged, or its parts do not belong together
   */
  public Credentials credentials() {
    Path file = folder.resolve(CREDENTIALS);
    return KeyFile.credentials(read(file), file.toString());
  }

  public boolean hasPendingEnrolment() {
    return Files.exists(folder.resolve(PENDING));
  }

  /** Keeps a site's request to join with its keys in {@code join.pem}. */
  public void save(PendingEnrolment pending) {
    write(PENDING, KeyFile.of(pending));
  }

  /**
   * @throws WeftException if the file is missing or damaged
   */
  public PendingEnrolment pendingEnrolment() {
    Path file = folder.resolve(PENDING);
    return KeyFile.pendingEnrolment(read(file), file.toString());
  }

  /** Keeps an authority in {@code authority.pem}, in the place of the request that led to it. */
  public void save(Authority authority) {
    write(AUTHORITY, KeyFile.of(authority));
    remove(AUTHORITY_REQUEST);
  }

  /**
   * @throws WeftException if the file is missing, damaged, or its parts do not belong together
   */
  public Authority authority(InstantSource time, SecureRandom random) {
    Path file = folder.resolve(AUTHORITY);
    return KeyFile.authority(read(file), file.toString(), time, random);
  }

  public boolean hasAuthorityRequest() {
    return Files.exists(folder.resolve(AUTHORITY_REQUEST));
  }

  /** Keeps an authority that waits for its certificate in {@code authority-request.pem}. */
  public void save(AuthorityRequest request) {
    write(AUTHORITY_REQUEST, KeyFile.of(request));
  }

  /**
   * @throws WeftException if the file is missing or damaged
   */
  public AuthorityRequest authorityRequest() {
    Path file = folder.resolve(AUTHORITY_REQUEST);
    return KeyFile.authorityRequest(read(file), file.toString());
  }

  /** One sentence for each file or folder that others than its owner may read or replace. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    warn(folder, "700", warnings);
    for (String name : List.of(CREDENTIALS, AUTHORITY, PENDING, AUTHORITY_REQUEST)) {
      warn(folder.resolve(name), "600", warnings);
    }
    return List.copyOf(warnings);
  }

  private static void warn(Path path, String mode, List<String> warnings) {
    try {
      if (Files.exists(path) && DurableFile.hasOwners(path)) {
        Set<PosixFilePermission> granted = Files.getPosixFilePermissions(path);
        if (!OWNER_FOLDER.containsAll(granted)) {
          warnings.add(
              Text.format(
                  "%s: others than its owner may open it (%s); run chmod %s %s",
                  path, PosixFilePermissions.toString(granted), mode, path));
        }
      }
    } catch (IOException e) {
      warnings.add(Text.format("%s: its permissions cannot be read; check who may open it", path));
    }
  }

  private List<PemBlock> read(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new WeftException(
            Problem.BAD_KEY_FILE, file + ": is too large for keys; restore it from a backup");
      }
      return PemBlock.read(new String(Files.readAllBytes(file), US_ASCII), file.toString());
    } catch (NoSuchFileException e) {
      throw new WeftException(
          Problem.BAD_KEY_FILE,
          file + ": is not there; join a federation, or found one, to make it",
          e);
    } catch (IOException e) {
      throw new WeftException(
          Problem.BAD_KEY_FILE, file + ": cannot be read; check that this user owns it", e);
    }
  }

  private void write(String name, List<PemBlock> blocks) {
    Path file = folder.resolve(name);
    try {
      Path existing = nearestExisting(folder.toAbsolutePath());
      Files.createDirectories(folder, DurableFile.permissions(existing, OWNER_FOLDER));
      DurableFile.write(
          file,
          out -> out.write(PemBlock.write(blocks).getBytes(US_ASCII)),
          DurableFile.permissions(folder, OWNER_FILE));
    } catch (IOException e) {
      throw notSaved(file, "written", e);
    }
  }

  private void remove(String name) {
    Path file = folder.resolve(name);
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw notSaved(file, "removed", e);
    }
  }

  private static WeftException notSaved(Path file, String what, IOException e) {
    WriteFailure failure = WriteFailure.of(e);
    return new WeftException(
        Problem.KEYS_NOT_SAVED,
        Text.format("%s: cannot be %s, for %s; %s", file, what, failure.reason(), failure.wayOut()),
        e);
  }

  private static Path nearestExisting(Path path) {
    Path nearest = path;
    while (!Files.exists(nearest) && nearest.getParent() != null) {
      nearest = nearest.getParent();
    }
    return nearest;
  }
}
