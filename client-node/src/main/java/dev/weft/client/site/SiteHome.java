package dev.weft.client.site;

import dev.weft.core.Text;
import dev.weft.core.config.ConfigWriter;
import dev.weft.core.error.Problem;
import dev.weft.core.error.WeftException;
import dev.weft.privacy.keys.Address;
import dev.weft.privacy.keys.KeyFolder;
import java.nio.file.Path;
import java.util.List;

/**
 * The folder of a site.
 *
 * <pre>
 *   weft.conf    its configuration: data, models, policy
 *   keys/        its own keys and certificate
 *   fetched/     what it has of the coordinator
 *   runs/        what runs have left for this site: the adapter, as a run folder
 *   training/    how far the training is that is on
 *   outbox/      updates that the coordinator does not have yet
 *   audit.jsonl  what it was offered, trained and sent
 *   reports/     what it read of its own data, for each run; they never leave it
 * </pre>
 */
public record SiteHome(Path folder) {

  public SiteHome {
    folder = folder.toAbsolutePath().normalize();
  }

  public KeyFolder keys() {
    return new KeyFolder(folder.resolve("keys"));
  }

  public Path configuration() {
    return folder.resolve("weft.conf");
  }

  public Path audit() {
    return folder.resolve("audit.jsonl");
  }

  Path reports() {
    return folder.resolve("reports");
  }

  Path fetched() {
    return folder.resolve("fetched");
  }

  Path runs() {
    return folder.resolve("runs");
  }

  Path training() {
    return folder.resolve("training");
  }

  Path outbox() {
    return folder.resolve("outbox");
  }

  /**
   * @throws WeftException if this site has joined no federation
   */
  public void requireJoined() {
    if (!keys().hasCredentials()) {
      throw new WeftException(
          Problem.MISSING_FILE,
          Text.format(
              "--home: %s is no site's home; join a federation with weft join --home %s TOKEN",
              folder, folder));
    }
  }

  /** Writes what an administrator goes on from, unless there is a configuration already. */
  void writeConfiguration(List<Address> addresses) {
    ConfigWriter.begin(
        configuration(),
        Text.format(
            """
            # A site's configuration; every key: docs/configuration.md.
            data {
              # This site's own examples, a .jsonl or .csv file of text and label; they never leave it.
              # source = /data/notes.jsonl
              # Held-out examples of its own, to measure on; never trained on.
              # test-source = /data/held-out.jsonl
            }
            client {
              # Where the coordinator is, as the invitation said.
              addresses = %s
              # Base models that are here, besides the embedded one.
              models = []
              policy {
                # What this site agrees to, whatever the coordinator asks for: see docs/configuration.md.
              }
            }
            """,
            ConfigWriter.list(addresses)));
  }
}
